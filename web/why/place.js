// Where on the drawing something is, in words.

import { text } from '../page/text.js';

/** By row and column, thirds of the whole each. */
const NAMES = ['topLeft', 'top', 'topRight', 'left', 'middle', 'right', 'lowerLeft', 'bottom', 'lowerRight'];

/** Something that takes more than this share of the width and of the height is no place on it. */
const WHOLE = 0.7;

/**
 * @typedef {{left: number, top: number, right: number, bottom: number}} Box
 */

/**
 * @param {number} x 0 at the left to 1
 * @param {number} y 0 at the top to 1
 * @returns {string} such as "lower left"
 */
export function placeOf(x, y) {
  const third = (/** @type {number} */ v) => Math.min(Math.max(Math.floor(3 * v), 0), 2);
  return text(`why.place.${NAMES[3 * third(y) + third(x)]}`);
}

/**
 * Where a part is on the whole.
 * @param {Box} part
 * @param {Box} whole
 */
export function placeOn(part, whole) {
  const [width, height] = [whole.right - whole.left || 1, whole.bottom - whole.top || 1];
  if (part.right - part.left > WHOLE * width && part.bottom - part.top > WHOLE * height) return text('why.place.all');
  return placeOf(((part.left + part.right) / 2 - whole.left) / width, ((part.top + part.bottom) / 2 - whole.top) / height);
}

/**
 * @param {ReadonlyArray<{points: readonly number[]}>} strokes
 * @returns {Box} around all of their points
 */
export function boxOf(strokes) {
  const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (const { points } of strokes) {
    for (let i = 0; i < points.length; i += 2) {
      box.left = Math.min(box.left, points[i]);
      box.right = Math.max(box.right, points[i]);
      box.top = Math.min(box.top, points[i + 1]);
      box.bottom = Math.max(box.bottom, points[i + 1]);
    }
  }
  return box;
}
