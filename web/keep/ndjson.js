// Drawings in the format of Quick, Draw!, a drawing a line, as the trainer and the evaluator read it:
//
//	{"key_id":"1763833168000","word":"boot","timestamp":"2026-11-22 17:39:28.000 UTC","drawing":[[[x…],[y…]],…],"styles":[[1,0],…]}
//
// "styles" is this project's addition: the width of each stroke's line; 0 for a line, 1 for a filled one, 2 for an area alone.
// Other readers pass over it, and it is left out where every stroke is a plain line.

import { SIDE } from '../drawing/stroke.js';
import { MAX_POINTS, MAX_STROKES, onGrid } from './codec.js';
import { Fault } from './fault.js';

/** Drawings in a file beyond which it is none of this page's. */
const MAX_DRAWINGS = 10_000;

/** @typedef {import('../drawing/stroke.js').Stroke} Stroke */
/** @typedef {{name: string, made: number, strokes: readonly Stroke[]}} Named made is a time in milliseconds since 1970 */

/**
 * @param {readonly Named[]} drawings
 * @returns {string} a line each
 */
export function toNDJSON(drawings) {
  return drawings.map(line).join('');
}

/** @param {Named} drawing */
function line({ name, made, strokes }) {
  const plain = strokes.every(({ size, fill }) => size === 1 && !fill);
  const timestamp = `${new Date(made).toISOString().slice(0, 23).replace('T', ' ')} UTC`;
  const drawing = strokes.map(({ points }) => [points.filter((_, i) => i % 2 === 0), points.filter((_, i) => i % 2 === 1)]);
  const styles = plain ? undefined : strokes.map(({ size, fill, patch }) => [size, patch ? 2 : fill ? 1 : 0]);
  return `${JSON.stringify({ key_id: String(made), word: name, timestamp, drawing, styles })}\n`;
}

/**
 * Reads drawings. Those that do not lie on the sheet, as in Quick, Draw!'s raw files, are made to fit.
 * @param {string} text of a file
 * @param {number} now for drawings without a date
 * @returns {Named[]} at least one
 * @throws {Fault} file-unknown or file-damaged
 */
export function fromNDJSON(text, now) {
  const lines = text.split('\n').filter((l) => l.trim() !== '');
  if (lines.length === 0) throw new Fault('file-unknown', 'the file is empty');
  if (lines.length > MAX_DRAWINGS) throw new Fault('file-large', `${lines.length} lines, at most ${MAX_DRAWINGS} are read`);
  return lines.map((l, i) => {
    try {
      return readLine(JSON.parse(l), now);
    } catch (error) {
      throw new Fault(i === 0 ? 'file-unknown' : 'file-damaged', `line ${i + 1}: ${error instanceof Error ? error.message : error}`);
    }
  });
}

/**
 * @param {any} record
 * @param {number} now
 * @returns {Named}
 */
function readLine(record, now) {
  if (!Array.isArray(record?.drawing)) throw new Error('has no "drawing"');
  if (record.drawing.length > MAX_STROKES) throw new Error(`has ${record.drawing.length} strokes, at most ${MAX_STROKES} are read`);
  const strokes = record.drawing.map((/** @type {unknown} */ axes, /** @type {number} */ i) => readStroke(axes, record.styles?.[i]));
  const points = strokes.reduce((/** @type {number} */ sum, /** @type {Stroke} */ s) => sum + s.points.length / 2, 0);
  if (points === 0 || points > MAX_POINTS) throw new Error(`has ${points} points, want 1 to ${MAX_POINTS}`);
  const made = Date.parse(String(record.timestamp ?? '').replace(' UTC', 'Z').replace(' ', 'T'));
  return {
    name: typeof record.word === 'string' ? record.word.slice(0, 80) : '',
    made: Number.isFinite(made) ? made : now,
    strokes: onGrid(fit(strokes.filter((/** @type {Stroke} */ s) => s.points.length > 0))),
  };
}

/**
 * @param {any} axes [[x…], [y…]], or with a third list of times
 * @param {any} style [width, kind], undefined for a plain line
 * @returns {Stroke}
 */
function readStroke(axes, style) {
  if (!Array.isArray(axes) || axes.length < 2 || axes.length > 3) throw new Error('has a stroke that is not [[x…],[y…]]');
  const [xs, ys] = axes;
  if (!Array.isArray(xs) || !Array.isArray(ys) || xs.length !== ys.length) throw new Error('has a stroke with more x than y, or less');
  const points = xs.flatMap((x, i) => [x, ys[i]]);
  if (!points.every((v) => typeof v === 'number' && Math.abs(v) <= 2 ** 20)) throw new Error('has coordinates that are no numbers of a usable size');
  const size = typeof style?.[0] === 'number' && style[0] > 0 ? style[0] : 1;
  return { points, size, fill: style?.[1] === 1 || style?.[1] === 2, patch: style?.[1] === 2 };
}

/**
 * @param {Stroke[]} strokes
 * @returns {Stroke[]} on the sheet: as they are, or made smaller and put in its middle
 */
function fit(strokes) {
  const [low, high] = [[Infinity, Infinity], [-Infinity, -Infinity]];
  for (const { points } of strokes) {
    for (const [i, v] of points.entries()) {
      low[i % 2] = Math.min(low[i % 2], v);
      high[i % 2] = Math.max(high[i % 2], v);
    }
  }
  if (Math.min(...low) >= 0 && Math.max(...high) <= SIDE) return strokes;
  const scale = Math.min(1, (0.9 * SIDE) / Math.max(high[0] - low[0], high[1] - low[1]));
  const place = (/** @type {number} */ v, /** @type {number} */ i) => (v - (low[i % 2] + high[i % 2]) / 2) * scale + SIDE / 2;
  return strokes.map((stroke) => ({ ...stroke, points: stroke.points.map(place) }));
}
