// The eraser. It works on the lines themselves: where it passes they are cut, and what is left are lines as any other.

import { box, finish, goesAround, PEN, place } from './stroke.js';

/** @typedef {import('./stroke.js').Stroke} Stroke */

/** What is shorter than this after a cut, in units, is a crumb, and goes. */
const CRUMB = 1;

/**
 * The way of the eraser from one place to the next.
 * @typedef {{ax: number, ay: number, bx: number, by: number, radius: number}} Pass
 */

/**
 * What is left after a pass of the eraser. A filled area that the eraser touches is no longer filled.
 * @param {readonly Stroke[]} strokes
 * @param {Pass} pass
 * @returns {readonly Stroke[]} the same list if nothing was touched
 */
export function erase(strokes, pass) {
  /** @type {Stroke[] | null} */
  let left = null;
  for (const [i, stroke] of strokes.entries()) {
    const rest = eraseOne(stroke, pass);
    if (rest) left ??= strokes.slice(0, i);
    if (rest) left?.push(...rest);
    else left?.push(stroke);
  }
  return left ?? strokes;
}

/**
 * @param {Stroke} stroke
 * @param {Pass} pass
 * @returns {Stroke[] | null} null if it was not touched
 */
function eraseOne(stroke, pass) {
  // Ends are round: what is left of a line reaches half its width beyond where it is cut.
  const reach = pass.radius + (stroke.patch ? 0 : (PEN * stroke.size) / 2);
  if (!near(stroke, pass, reach)) return null;
  const onArea = stroke.fill && goesAround(stroke, pass.bx, pass.by);
  const rest = pieces(stroke, { ...pass, radius: reach });
  if (!onArea && !rest) return null;
  if (stroke.patch) return [];
  return (rest ?? [stroke]).map(({ points, size, pressure }) => finish(points, { size, pressure }));
}

/**
 * @param {Stroke} stroke
 * @param {Pass} pass
 * @param {number} reach
 */
function near(stroke, { ax, ay, bx, by }, reach) {
  const { left, top, right, bottom } = box(stroke);
  return (
    Math.max(ax, bx) + reach >= left && Math.min(ax, bx) - reach <= right &&
    Math.max(ay, by) + reach >= top && Math.min(ay, by) - reach <= bottom
  );
}

/**
 * Cuts a line.
 * @param {Stroke} stroke
 * @param {Pass} pass
 * @returns {Array<Pick<Stroke, 'points' | 'size' | 'pressure'>> | null} null if the eraser does not touch it
 */
function pieces({ points: s, size, pressure }, pass) {
  if (s.length === 2) return span(s[0], s[1], s[0], s[1], pass) ? [] : null;
  const cutter = new Cutter(s, size, pressure);
  let touched = false;
  for (let i = 0; i + 2 < s.length; i += 2) {
    const hit = span(s[i], s[i + 1], s[i + 2], s[i + 3], pass);
    if (!hit) {
      cutter.keep(i, 0, 1);
      continue;
    }
    touched = true;
    if (hit[0] > 0) cutter.keep(i, 0, hit[0]);
    cutter.cut();
    if (hit[1] < 1) cutter.keep(i, hit[1], 1);
  }
  cutter.cut();
  return touched ? cutter.pieces : null;
}

/** Puts together what is left of a line. */
class Cutter {
  /** @type {Array<{points: number[], size: number, pressure?: number[]}>} */ pieces = [];
  /** @type {number[]} */ #points = [];
  /** @type {number[]} */ #pressure = [];
  #s;
  #size;
  #pressed;

  /**
   * @param {readonly number[]} s its points
   * @param {number} size
   * @param {readonly number[]} [pressure]
   */
  constructor(s, size, pressure) {
    this.#s = s;
    this.#size = size;
    this.#pressed = pressure;
  }

  /**
   * Keeps the segment from point i on between two places, 0 to 1.
   * @param {number} i
   * @param {number} from
   * @param {number} to
   */
  keep(i, from, to) {
    if (this.#points.length === 0) this.#point(i, from);
    this.#point(i, to);
  }

  /** Ends a piece. */
  cut() {
    const points = this.#points;
    if (length(points) >= CRUMB) this.pieces.push({ points, size: this.#size, ...(this.#pressed && { pressure: this.#pressure }) });
    this.#points = [];
    this.#pressure = [];
  }

  /**
   * @param {number} i
   * @param {number} t
   */
  #point(i, t) {
    const s = this.#s;
    const between = (/** @type {number} */ a, /** @type {number} */ b) => (t === 0 ? a : t === 1 ? b : a + t * (b - a));
    this.#points.push(place(between(s[i], s[i + 2])), place(between(s[i + 1], s[i + 3])));
    const p = this.#pressed;
    if (p) this.#pressure.push(between(p[i / 2], p[i / 2 + 1]));
  }
}

/** @param {readonly number[]} s */
function length(s) {
  let sum = 0;
  for (let i = 0; i + 2 < s.length; i += 2) sum += Math.hypot(s[i + 2] - s[i], s[i + 3] - s[i + 1]);
  return sum;
}

/**
 * The part of a segment from p to q under the eraser: of all places p + t·(q − p), t from 0 to 1, those within its radius
 * of its way. That way with its round ends is convex, so the part is in one piece.
 * @param {number} px
 * @param {number} py
 * @param {number} qx
 * @param {number} qy
 * @param {Pass} pass
 * @returns {[number, number] | null} first and last t
 */
export function span(px, py, qx, qy, { ax, ay, bx, by, radius }) {
  if (Math.min(px, qx) > Math.max(ax, bx) + radius || Math.max(px, qx) < Math.min(ax, bx) - radius) return null;
  if (Math.min(py, qy) > Math.max(ay, by) + radius || Math.max(py, qy) < Math.min(ay, by) - radius) return null;
  const [dx, dy] = [qx - px, qy - py];
  let [from, to] = [Infinity, -Infinity];
  const join = (/** @type {[number, number] | null} */ part) => {
    if (part) [from, to] = [Math.min(from, part[0]), Math.max(to, part[1])];
  };
  join(inDisc(px - ax, py - ay, dx, dy, radius));
  join(inDisc(px - bx, py - by, dx, dy, radius));
  const way = Math.hypot(bx - ax, by - ay);
  if (way > 0) {
    const [ux, uy] = [(bx - ax) / way, (by - ay) / way];
    const along = within((px - ax) * ux + (py - ay) * uy, dx * ux + dy * uy, 0, way);
    const across = within((py - ay) * ux - (px - ax) * uy, dy * ux - dx * uy, -radius, radius);
    if (along && across) {
      const both = /** @type {[number, number]} */ ([Math.max(along[0], across[0]), Math.min(along[1], across[1])]);
      join(both[0] <= both[1] ? both : null);
    }
  }
  from = Math.max(from, 0);
  to = Math.min(to, 1);
  return from <= to ? [from, to] : null;
}

/**
 * All t where p + t·d lies in a disc around the origin.
 * @param {number} px
 * @param {number} py
 * @param {number} dx
 * @param {number} dy
 * @param {number} radius
 * @returns {[number, number] | null}
 */
function inDisc(px, py, dx, dy, radius) {
  const a = dx * dx + dy * dy;
  const c = px * px + py * py - radius * radius;
  if (a === 0) return c <= 0 ? [-Infinity, Infinity] : null;
  const b = px * dx + py * dy;
  const root = b * b - a * c;
  if (root < 0) return null;
  return [(-b - Math.sqrt(root)) / a, (-b + Math.sqrt(root)) / a];
}

/**
 * All t where p + t·d lies between two bounds.
 * @param {number} p
 * @param {number} d
 * @param {number} low
 * @param {number} high
 * @returns {[number, number] | null}
 */
function within(p, d, low, high) {
  if (d === 0) return p >= low && p <= high ? [-Infinity, Infinity] : null;
  const [t, u] = [(low - p) / d, (high - p) / d];
  return [Math.min(t, u), Math.max(t, u)];
}
