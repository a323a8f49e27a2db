// Filling. A tap finds the outline around it, from the strokes alone, and closes small gaps by the rule by which
// internal/sketch fills drawings to learn from: an outline is open only if its gap, between lines as wide as the network
// sees them, is more than GAP of the picture's pixels, and gaps are bridged only where nothing else closes it.

import { area, box, filled, finish, goesAround, PEN, SIDE } from './stroke.js';
import { Mask } from './mask.js';

/** @typedef {import('./stroke.js').Stroke} Stroke */

/** Of internal/sketch: side of the network's picture, width of the standard line, and the widest gap that is bridged. */
const PIXELS = 28;
const LINE = 1.5;
const GAP = 2;

/** A finger that means a line hits it within so many units. */
const TOUCH = 6;

/**
 * What a tap came to: something is filled, or no longer, or there is nothing that could be.
 * @typedef {'filled' | 'emptied' | 'open'} Outcome
 */

/**
 * Fills the outline around a place, or the closed line at that place; or takes the filling away if there is one.
 * @param {readonly Stroke[]} strokes
 * @param {number} x
 * @param {number} y
 * @returns {{strokes: readonly Stroke[], outcome: Outcome}}
 */
export function fill(strokes, x, y) {
  const there = smallest(strokes.filter((s) => s.fill && goesAround(s, x, y)));
  if (there) {
    const rest = strokes.flatMap((s) => (s !== there ? [s] : s.patch ? [] : [filled(s, false)]));
    return { strokes: rest, outcome: 'emptied' };
  }
  const unit = pixel(strokes);
  const closed = strokes.filter((s) => !s.fill && isClosed(s, unit));
  const outline = closed.filter((s) => touches(s, x, y)).at(-1) ?? smallest(closed.filter((s) => goesAround(s, x, y)));
  if (outline) {
    return { strokes: strokes.map((s) => (s === outline ? filled(s, true) : s)), outcome: 'filled' };
  }
  const patch = enclosed(strokes, x, y, unit);
  // Under the lines that are its border.
  return patch ? { strokes: [patch, ...strokes], outcome: 'filled' } : { strokes, outcome: 'open' };
}

/**
 * Fills as fill does, and the same on the other side of the axis.
 * @param {readonly Stroke[]} strokes
 * @param {number} x
 * @param {number} y
 * @returns {{strokes: readonly Stroke[], outcome: Outcome}}
 */
export function fillBoth(strokes, x, y) {
  const isFilled = (/** @type {readonly Stroke[]} */ all, /** @type {number} */ at) => all.some((s) => s.fill && goesAround(s, at, y));
  const here = isFilled(strokes, x);
  const first = fill(strokes, x, y);
  // An outline across the axis is done already; and two sides that differ become alike.
  const alike = isFilled(first.strokes, SIDE - x) === isFilled(first.strokes, x);
  if (first.outcome === 'open' || alike) return first;
  const second = fill(first.strokes, SIDE - x, y);
  return { strokes: second.strokes, outcome: here ? 'emptied' : 'filled' };
}

/** @param {readonly Stroke[]} all */
function smallest(all) {
  return all.reduce((/** @type {Stroke | null} */ least, s) => (!least || area(s) < area(least) ? s : least), null);
}

/**
 * How large the network's pixels are on the drawing.
 * @param {readonly Stroke[]} strokes
 */
function pixel(strokes) {
  const boxes = strokes.map(box);
  const width = Math.max(...boxes.map((b) => b.right)) - Math.min(...boxes.map((b) => b.left));
  const height = Math.max(...boxes.map((b) => b.bottom)) - Math.min(...boxes.map((b) => b.top));
  return Math.max(width, height, 1) / (PIXELS - LINE);
}

/**
 * Whether a stroke comes back to where it began.
 * @param {Stroke} stroke
 * @param {number} unit
 */
function isClosed(stroke, unit) {
  const { points: s, size } = stroke;
  const { left, top, right, bottom } = box(stroke);
  const gap = (GAP + LINE * size) * unit;
  // What is no larger than the gap is a line that has hardly begun.
  return s.length >= 6 && Math.max(right - left, bottom - top) > gap && Math.hypot(s[0] - s[s.length - 2], s[1] - s[s.length - 1]) <= gap;
}

/**
 * @param {Stroke} stroke
 * @param {number} x
 * @param {number} y
 */
function touches({ points: s, size }, x, y) {
  const reach = Math.max(TOUCH, (PEN * size) / 2);
  for (let i = 0; i + 2 < s.length; i += 2) {
    const [dx, dy] = [s[i + 2] - s[i], s[i + 3] - s[i + 1]];
    const t = Math.min(Math.max(((x - s[i]) * dx + (y - s[i + 1]) * dy) / (dx * dx + dy * dy || 1), 0), 1);
    if (Math.hypot(s[i] + t * dx - x, s[i + 1] + t * dy - y) <= reach) return true;
  }
  return false;
}

/**
 * The area around a place that several strokes enclose together.
 * @param {readonly Stroke[]} strokes
 * @param {number} x
 * @param {number} y
 * @param {number} unit
 * @returns {Stroke | null}
 */
function enclosed(strokes, x, y, unit) {
  const lines = new Mask();
  let size = Infinity;
  for (const s of strokes) {
    if (s.patch) continue;
    lines.line(s.points, s.fill);
    size = Math.min(size, s.size);
  }
  const far = lines.distances();
  for (const bridged of [0, GAP]) {
    const half = ((LINE * size + bridged) / 2) * unit;
    const inside = Mask.where((i) => far[i] > half).outside().grown(half).inverse();
    const outline = inside.has(x, y) ? inside.piece(x, y, lines)?.outline() : null;
    if (outline) return finish(outline, { size, fill: true, patch: true });
  }
  return null;
}
