// What the sheet shows instead of the drawing as it is: how it was at an earlier moment, or what its strokes say for a class.
// It lies over the sheet and changes nothing.

import { finest, paintArea, paintLine, prepare } from './ink.js';
import { Layer } from './layer.js';
import { FILL } from './stroke.js';
import { until } from './until.js';

/**
 * @typedef {import('./stroke.js').Stroke} Stroke
 * @typedef {import('../page/page.js').Look} Look
 */

/**
 * @param {import('../page/page.js').Page} page
 * @param {HTMLCanvasElement} canvas of the drawing
 */
export function mount(page, canvas) {
  const layer = new Layer();
  const paper = /** @type {HTMLElement} */ (canvas.parentElement);
  layer.canvas.classList.add('overlay');
  paper.append(layer.canvas);
  let frame = 0;
  const paint = () => {
    frame = 0;
    const { drawing, moment, looks } = page;
    if (moment >= 0) paper.dataset.shows = 'moment';
    else if (looks) paper.dataset.shows = 'looks';
    else delete paper.dataset.shows;
    layer.clear();
    if (moment < 0 && !looks) return;
    const pixels = canvas.width;
    if (layer.canvas.width !== pixels) layer.resize(pixels);
    const style = getComputedStyle(canvas);
    layer.paint((ink) => {
      // The stroke that is being drawn is on the sheet itself.
      const strokes = moment >= 0 ? until(drawing.strokes, moment) : drawing.strokes;
      const most = finest(strokes);
      for (const [i, stroke] of strokes.entries()) paintStroke(ink, stroke, looks?.[i] ?? null, style, most);
    });
  };
  const repaint = () => {
    frame ||= requestAnimationFrame(paint);
  };
  page.on('moment', repaint);
  page.on('looks', repaint);
  const follow = () => paper.dataset.shows && repaint();
  page.drawing.addEventListener('change', follow);
  new ResizeObserver(follow).observe(canvas);
  for (const query of ['(prefers-color-scheme: dark)', '(forced-colors: active)']) matchMedia(query).addEventListener('change', follow);
}

/**
 * @param {CanvasRenderingContext2D} ink
 * @param {Stroke} stroke
 * @param {Look | null} look null for the stroke's own
 * @param {CSSStyleDeclaration} style
 * @param {number} most parts of a piece, as ink.js says
 */
function paintStroke(ink, stroke, look, style, most) {
  prepare(ink, look ? style.getPropertyValue(look.colour).trim() : style.color);
  if (stroke.fill) {
    ink.globalAlpha = FILL;
    paintArea(ink, stroke);
    ink.globalAlpha = 1;
  }
  ink.setLineDash(look?.dash ?? []);
  // Dashes come from a line in one piece, whatever the pressure.
  paintLine(ink, look ? { ...stroke, pressure: undefined, size: stroke.size * look.width } : stroke, most);
  ink.setLineDash([]);
}
