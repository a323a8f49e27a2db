// Strokes: what a drawing is made of, and the little geometry that every tool needs.

/** The surface is a square of so many units, whatever its size on the screen. */
export const SIDE = 256;

/** Coordinates are multiples of one over this: finer than any screen, and exact in every number format. */
const GRID = 16;

/** Width of the standard pen in units. */
export const PEN = 3.4;

/** How dense the inside of a filled stroke is to the eye. */
export const FILL = 0.2;

/** The widest line that the rasteriser draws, as a multiple of the standard pen's. */
export const WIDEST = 9;

/**
 * The path of the pen from where it touched the surface to where it left it. Finished strokes never change.
 * @typedef {object} Stroke
 * @property {readonly number[]} points one coordinate pair after the other: x0, y0, x1, y1, … in units
 * @property {number} size width of the line, as a multiple of the standard pen's
 * @property {boolean} fill whether what the stroke goes around is filled; its ends are then joined
 * @property {boolean} [patch] an area alone: its line is that of the strokes around it, and is not painted
 * @property {readonly number[]} [pressure] how hard the pen was pressed at each point, 0 to 1; for the eye only
 */

/**
 * @param {readonly number[]} points
 * @param {Partial<Omit<Stroke, 'points'>>} [style]
 * @returns {Stroke}
 */
export function finish(points, { size = 1, fill = false, patch = false, pressure } = {}) {
  Object.freeze(points);
  const rest = { ...(patch && { patch }), ...(pressure && { pressure: Object.freeze(pressure) }) };
  return Object.freeze({ points, size, fill, ...rest });
}

/**
 * @param {Stroke} stroke
 * @param {boolean} fill
 * @returns {Stroke} the same, filled or not
 */
export const filled = (stroke, fill) => Object.freeze({ ...stroke, fill });

/**
 * The nearest place that a point can have.
 * @param {number} v
 */
export const place = (v) => Math.round(Math.min(Math.max(v, 0), SIDE) * GRID) / GRID;

/**
 * The bounding box of the points.
 * @typedef {{left: number, top: number, right: number, bottom: number}} Box
 */

/** @type {WeakMap<readonly number[], Box>} */ const boxes = new WeakMap();

/**
 * @param {Stroke} stroke a finished one
 * @returns {Box}
 */
export function box({ points }) {
  let b = boxes.get(points);
  if (!b) {
    b = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
    for (let i = 0; i < points.length; i += 2) around(b, points[i], points[i + 1]);
    boxes.set(points, b);
  }
  return b;
}

/**
 * Makes a box hold a point.
 * @param {Box} b
 * @param {number} x
 * @param {number} y
 */
export function around(b, x, y) {
  b.left = Math.min(b.left, x);
  b.top = Math.min(b.top, y);
  b.right = Math.max(b.right, x);
  b.bottom = Math.max(b.bottom, y);
}

/**
 * Whether a closed stroke goes around a place: the winding number is not zero, as for the canvas and for the network's
 * picture.
 * @param {Stroke} stroke
 * @param {number} x
 * @param {number} y
 */
export function goesAround(stroke, x, y) {
  const { points: s } = stroke;
  const { left, top, right, bottom } = box(stroke);
  if (x < left || x > right || y < top || y > bottom) return false;
  let winding = 0;
  for (let i = 0, j = s.length - 2; i < s.length; j = i, i += 2) {
    const [x0, y0, x1, y1] = [s[j], s[j + 1], s[i], s[i + 1]];
    if (y0 <= y === y1 <= y) continue;
    const side = (x1 - x0) * (y - y0) - (x - x0) * (y1 - y0);
    if (y1 > y0 ? side > 0 : side < 0) winding += y1 > y0 ? 1 : -1;
  }
  return winding !== 0;
}

/**
 * The area that a closed stroke goes around.
 * @param {Stroke} stroke
 */
export function area({ points: s }) {
  let twice = 0;
  for (let i = 0, j = s.length - 2; i < s.length; j = i, i += 2) twice += s[j] * s[i + 1] - s[i] * s[j + 1];
  return Math.abs(twice) / 2;
}
