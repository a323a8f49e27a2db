// What can be classified, in all the forms in which a page may have it, made into what the worker takes.

import { CroquisError } from './errors.js';

/**
 * A drawing is a list of strokes, and a stroke its points, alone or with the pen. Points are [x, y] or {x, y}, in any unit,
 * or all coordinates one after the other in a typed array. x grows to the right and y downwards. (The lists [[x…], [y…]] of
 * Quick, Draw!'s files are not taken: two points look the same.)
 * @typedef {ArrayLike<number>} FlatPoints
 * @typedef {Array<[number, number] | {x: number, y: number}>} PairedPoints
 */

/**
 * A stroke with its pen: points may here be a plain list of numbers, too.
 * @typedef {object} PenStroke
 * @property {FlatPoints | PairedPoints} points
 * @property {number} [size] line width, 1 for the standard pen; 1/16 to 9 can be drawn
 * @property {boolean} [fill] whether it is closed and filled
 */

/** @typedef {ReadonlyArray<FlatPoints | PairedPoints | PenStroke>} Strokes */

/**
 * @param {unknown} points
 * @param {number} i of the stroke
 * @param {boolean} plain whether a list of numbers is meant
 * @returns {ArrayLike<number>}
 */
function coordinates(points, i, plain) {
  if (ArrayBuffer.isView(points)) return /** @type {FlatPoints} */ (/** @type {unknown} */ (points));
  if (!Array.isArray(points)) throw new CroquisError('input', `stroke ${i} is not a list of points`);
  if (plain && typeof points[0] === 'number') return points;
  return points.flatMap((p) => (Array.isArray(p) ? [p[0], p[1]] : [p?.x, p?.y]));
}

/**
 * @param {unknown} strokes
 * @returns {import('./program.js').Drawing}
 * @throws {CroquisError}
 */
export function pack(strokes) {
  if (!Array.isArray(strokes)) throw new CroquisError('input', 'what is to be named is a list of strokes or a Float32Array of 784 values');
  const pens = strokes.map((s) => (typeof s === 'object' && s !== null && 'points' in s ? s : null));
  const flat = strokes.map((s, i) => coordinates(pens[i] ? pens[i].points : s, i, pens[i] !== null));
  const lengths = Int32Array.from(flat, (s) => s.length >> 1);
  const points = new Float32Array(2 * lengths.reduce((sum, n) => sum + n, 0));
  let at = 0;
  for (const [i, s] of flat.entries()) {
    if (s.length % 2 !== 0) throw new CroquisError('input', `stroke ${i} has ${s.length} coordinates, which are no pairs`);
    points.set(s, at);
    at += s.length;
  }
  const sizes = Float32Array.from(pens, (pen) => pen?.size ?? 1);
  const fills = Uint8Array.from(pens, (pen) => (pen?.fill ? 1 : 0));
  return { points, lengths, sizes, fills };
}
