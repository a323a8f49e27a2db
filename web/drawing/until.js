// A drawing as it was at an earlier moment.

/** @typedef {import('./stroke.js').Stroke} Stroke */

/**
 * The first points of a drawing. A stroke that is not whole yet is not filled, as the classifier's course has it too.
 * @param {readonly Stroke[]} strokes
 * @param {number} points how many of them; −1 for all
 * @returns {Stroke[]}
 */
export function until(strokes, points) {
  if (points < 0) return [...strokes];
  /** @type {Stroke[]} */ const some = [];
  let left = 2 * points;
  for (const stroke of strokes) {
    if (left <= 0) break;
    const whole = stroke.points.length <= left;
    some.push(whole ? stroke : { ...stroke, points: stroke.points.slice(0, left), fill: false });
    left -= stroke.points.length;
  }
  return some;
}
