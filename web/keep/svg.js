// A drawing as SVG: each stroke is a path as smooth as on the sheet (drawing/path.js), for Inkscape and its like, and so that
// this page can read it back: the points are all there. A path has one width, so that how hard a pen was pressed is not.

import { pathOf } from '../drawing/path.js';
import { FILL, PEN, SIDE } from '../drawing/stroke.js';
import { MAX_POINTS, MAX_STROKES, onGrid } from './codec.js';
import { Fault } from './fault.js';

/** Ink, whatever the colours of the page: a file is looked at elsewhere. */
export const INK = '#1b1b1f';

/** @typedef {import('../drawing/stroke.js').Stroke} Stroke */

/**
 * @param {readonly Stroke[]} strokes
 * @param {string} title
 * @returns {string} a file
 */
export function toSVG(strokes, title) {
  const paths = strokes.map((stroke) => {
    const width = stroke.size === 1 ? '' : ` stroke-width="${round(PEN * stroke.size)}"`;
    const inside = stroke.fill ? ` fill="${INK}" fill-opacity="${FILL}"` : '';
    return `    <path d="${pathOf(stroke)}"${width}${stroke.patch ? ' stroke="none"' : ''}${inside}/>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="1024" height="1024" viewBox="0 0 ${SIDE} ${SIDE}">
  <title>${escape(title)}</title>
  <g id="croquis" fill="none" stroke="${INK}" stroke-width="${PEN}" stroke-linecap="round" stroke-linejoin="round">
${paths.join('\n')}
  </g>
</svg>
`;
}

/** @param {number} v */
const round = (v) => Math.round(v * 1000) / 1000;

/** @param {string} words */
const escape = (words) => words.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

/** A path as toSVG writes it. */
const PATH = /^<path d="([^"]*)"(?: stroke-width="([\d.]+)")?( stroke="none")?( fill="[^"]*" fill-opacity="[^"]*")?\/>$/;

/**
 * Reads what toSVG wrote, word by word: a parser would report what else a file may hold, scripts and styles, as attacks.
 * @param {string} text
 * @returns {{name: string, strokes: Stroke[]}}
 * @throws {Fault} file-unknown or file-damaged
 */
export function fromSVG(text) {
  const [, inside] = /<g id="croquis"[^>]*>([^]*)$/.exec(text) ?? [];
  if (inside === undefined) throw new Fault('file-unknown', 'no <g id="croquis">: an SVG that this page did not write');
  const [paths, ...rest] = inside.split('</g>');
  if (rest.length !== 1) throw new Fault('file-damaged', 'the paths do not end');
  const lines = paths.split('\n').map((line) => line.trim()).filter((line) => line !== '');
  if (lines.length === 0 || lines.length > MAX_STROKES) throw new Fault('file-damaged', `${lines.length} paths, want 1 to ${MAX_STROKES}`);
  const strokes = lines.map(strokeOf);
  if (strokes.reduce((sum, { points }) => sum + points.length / 2, 0) > MAX_POINTS) throw new Fault('file-damaged', `more than ${MAX_POINTS} points`);
  const [, title = ''] = /<title>([^<]*)<\/title>/.exec(text) ?? [];
  return { name: title.replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code) % 0x110000)).slice(0, 80), strokes: onGrid(strokes) };
}

/**
 * @param {string} line
 * @param {number} i
 * @returns {Stroke}
 */
function strokeOf(line, i) {
  const [whole, path = '', width = String(PEN), patch, fill] = PATH.exec(line) ?? [];
  const points = pointsOf(path);
  if (!whole || points.length < 2 || points.length % 2 !== 0 || !points.every((v) => v >= 0 && v <= SIDE) || !(Number(width) > 0)) {
    throw new Fault('file-damaged', `path ${i} is none that this page writes`);
  }
  return { points, size: Number(width) / PEN, fill: Boolean(fill), patch: Boolean(patch) };
}

/**
 * @param {string} path data in the words of pathOf
 * @returns {number[]} the points, none if it is anything else
 */
function pointsOf(path) {
  if (!/^M[\d. ]+(Q[\d. ]+)*L[\d. ]+Z?$/.test(path)) return [];
  const commands = path.replace('Z', '').split(/(?=[MQL])/).map((part) => part.slice(1).trim().split(/ +/).map(Number));
  const [[x, y], ...rest] = commands;
  // A dot goes to where it is.
  const end = /** @type {number[]} */ (rest.pop());
  const points = [x, y, ...rest.flatMap(([cx, cy]) => [cx, cy])];
  return path.includes('Q') || end[0] !== x || end[1] !== y ? [...points, ...end] : points;
}
