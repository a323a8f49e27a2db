// A drawing as a small picture, drawn from its strokes in the page's own ink.

import { pathOf } from '../drawing/path.js';
import { box, FILL, PEN, SIDE } from '../drawing/stroke.js';
import { svg } from '../page/dom.js';

/** A small drawing is not shown larger than so many units across. */
const SMALLEST = 96;

/** Paper around it, as a share of its extent. */
const MARGIN = 0.08;

/**
 * @param {readonly import('../drawing/stroke.js').Stroke[]} strokes
 * @returns {SVGSVGElement}
 */
export function thumbnail(strokes) {
  const paths = strokes.map((stroke) =>
    svg('path', {
      d: pathOf(stroke),
      'stroke-width': stroke.patch ? 0 : PEN * stroke.size,
      fill: stroke.fill ? 'currentColor' : 'none',
      'fill-opacity': stroke.fill ? FILL : null,
    }),
  );
  return svg('svg', { class: 'thumbnail', viewBox: viewBox(strokes), 'aria-hidden': 'true' }, ...paths);
}

/**
 * A square around the drawing.
 * @param {readonly import('../drawing/stroke.js').Stroke[]} strokes
 */
function viewBox(strokes) {
  const boxes = strokes.map(box);
  const left = Math.min(...boxes.map((b) => b.left), SIDE);
  const top = Math.min(...boxes.map((b) => b.top), SIDE);
  const right = Math.max(...boxes.map((b) => b.right), 0);
  const bottom = Math.max(...boxes.map((b) => b.bottom), 0);
  const extent = Math.max(right - left, bottom - top, SMALLEST);
  const side = extent * (1 + 2 * MARGIN) + PEN * Math.max(1, ...strokes.map(({ size }) => size));
  return `${(left + right - side) / 2} ${(top + bottom - side) / 2} ${side} ${side}`;
}
