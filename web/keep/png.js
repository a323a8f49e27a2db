// A drawing as a picture on paper.

import { finest, paintArea, paintLine, prepare } from '../drawing/ink.js';
import { SIDE } from '../drawing/stroke.js';
import { readback } from '../pictures/readback.js';
import { Fault } from './fault.js';
import { INK } from './svg.js';

/** Width and height of the drawing in pixels; the caption goes below it. */
const PIXELS = 1024;
const CAPTION = 128;

/** Paper, whatever the colours of the page. */
const PAPER = '#fdfbf6';

/** What is filled: ink that lets a fifth of the paper through, as on the sheet, so that seams and pockets can be seen. */
const SHADE = '#4c4b4c';

/**
 * @param {readonly import('../drawing/stroke.js').Stroke[]} strokes
 * @param {string} caption '' for none
 * @returns {Promise<Blob>} a PNG of 1024×1024 pixels, or 1024×1152 with a caption
 * @throws {Fault} picture or picture-noise
 */
export async function toPNG(strokes, caption) {
  // A picture of noise helps nobody: better to say so.
  if (readback() === 'false') throw new Fault('picture-noise', 'what is read from a canvas is not what was painted');
  const canvas = document.createElement('canvas');
  canvas.width = PIXELS;
  canvas.height = PIXELS + (caption ? CAPTION : 0);
  const ink = canvas.getContext('2d');
  if (!ink) throw new Fault('picture', 'the browser gives no canvas');
  ink.fillStyle = PAPER;
  ink.fillRect(0, 0, canvas.width, canvas.height);
  draw(ink, strokes);
  if (caption) write(ink, caption);
  const blob = await new Promise((/** @type {(blob: Blob | null) => void} */ resolve) => canvas.toBlob(resolve, 'image/png'));
  if (!blob) throw new Fault('picture', 'the browser made no PNG');
  return blob;
}

/**
 * @param {CanvasRenderingContext2D} ink
 * @param {readonly import('../drawing/stroke.js').Stroke[]} strokes
 */
function draw(ink, strokes) {
  ink.save();
  ink.scale(PIXELS / SIDE, PIXELS / SIDE);
  prepare(ink, SHADE);
  for (const stroke of strokes) if (stroke.fill) paintArea(ink, stroke);
  prepare(ink, INK);
  const most = finest(strokes);
  for (const stroke of strokes) paintLine(ink, stroke, most);
  ink.restore();
}

/**
 * @param {CanvasRenderingContext2D} ink
 * @param {string} caption
 */
function write(ink, caption) {
  ink.fillStyle = INK;
  ink.textAlign = 'center';
  ink.textBaseline = 'middle';
  ink.font = 'italic 52px "Iowan Old Style", "Palatino Linotype", Palatino, "URW Palladio L", P052, Georgia, serif';
  ink.fillText(caption, PIXELS / 2, PIXELS + CAPTION / 2 - 16, PIXELS - 64);
}
