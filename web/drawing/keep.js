// The drawing and its history outlive the page, where the browser lets them.

import * as memory from '../page/memory.js';
import { History, back, forth } from './history.js';
import { finish, SIDE, WIDEST } from './stroke.js';

/** @typedef {import('./stroke.js').Stroke} Stroke */
/** @typedef {import('./history.js').Step} Step */

const KEY = 'croquis.drawing';
const VERSION = 1;

/** Written down are multiples of one over this: coordinates are such; pressures are rounded, which no eye sees. */
const GRID = 16;

/** Somebody who draws is not made to wait: it is written down after so long, in ms, or when the page is left. */
const AFTER = 400;

/**
 * Brings back what was drawn, and keeps what is.
 * @param {import('./drawing.js').Drawing} drawing
 * @param {(kept: boolean) => void} tell is told whether what was written down last outlives the tab
 */
export function keep(drawing, tell) {
  const kept = read();
  if (kept) drawing.restore(kept.strokes, kept.history);
  let timer = 0;
  const now = () => {
    if (timer) tell(memory.write(KEY, versions(drawing)));
    clearTimeout(timer);
    timer = 0;
  };
  drawing.addEventListener('stroke', () => {
    timer ||= setTimeout(now, AFTER);
  });
  addEventListener('pagehide', now);
  document.addEventListener('visibilitychange', () => document.hidden && now());
}

/**
 * The drawing with all of its history, with half of it, and so on; at last with none.
 * @param {import('./drawing.js').Drawing} drawing
 */
function* versions({ strokes, history: { past, future } }) {
  for (let steps = past.length; steps > 0; steps = Math.floor(steps / 2)) yield encode(strokes, past.slice(past.length - steps), future);
  yield encode(strokes, [], []);
}

/** @returns {{strokes: Stroke[], history: History} | null} null if there is nothing, or nothing sound */
function read() {
  for (const written of memory.recall(KEY)) {
    try {
      return decode(written);
    } catch {
      // Another version's, half of it, or somebody else's.
    }
  }
  return null;
}

/**
 * @param {readonly Stroke[]} strokes
 * @param {readonly Step[]} past
 * @param {readonly Step[]} future
 * @returns {string}
 */
export function encode(strokes, past, future) {
  /** @type {Map<Stroke, number>} */
  const table = new Map();
  const number = (/** @type {Stroke} */ s) => {
    if (!table.has(s)) table.set(s, table.size);
    return table.get(s);
  };
  const step = (/** @type {Step} */ { at, gone, come }) => [at, gone.map(number), come.map(number)];
  const rest = { now: strokes.map(number), past: past.map(step), future: future.map(step) };
  return JSON.stringify({ version: VERSION, strokes: [...table.keys()].map(short), ...rest });
}

/** Strokes do not change, and each is written down in short form once. @type {WeakMap<Stroke, unknown[]>} */
const shorts = new WeakMap();

/** @param {Stroke} stroke */
function short(stroke) {
  let form = shorts.get(stroke);
  if (!form) {
    const { points, size, fill, patch, pressure } = stroke;
    form = [size, fill ? 1 : 0, patch ? 1 : 0, differences(points, 2), pressure ? differences(pressure, 1) : ''];
    shorts.set(stroke, form);
  }
  return form;
}

/**
 * The steps from value to value.
 * @param {readonly number[]} values
 * @param {number} stride
 */
function differences(values, stride) {
  const whole = values.map((v) => Math.round(v * GRID));
  return whole.map((v, i) => (i < stride ? v : v - whole[i - stride])).join(' ');
}

/**
 * @param {string} written by encode
 * @returns {{strokes: Stroke[], history: History}}
 * @throws if it was not written by encode
 */
export function decode(written) {
  const { version, strokes, now, past, future } = JSON.parse(written);
  if (version !== VERSION) throw new Error(`a drawing of version ${version}, not ${VERSION}`);
  const table = strokes.map(long);
  const pick = (/** @type {number[]} */ numbers) =>
    numbers.map((n) => {
      if (!(n in table)) throw new Error(`there is no stroke ${n}`);
      return table[n];
    });
  const step = (/** @type {[number, number[], number[]]} */ [at, gone, come]) => ({ at, gone: pick(gone), come: pick(come) });
  const history = new History();
  history.past = past.map(step);
  history.future = future.map(step);
  const all = pick(now);
  checkWay(all, history.past.toReversed().map(back));
  checkWay(all, history.future.toReversed());
  return { strokes: all, history };
}

/**
 * Throws unless the steps can be made, one after the other.
 * @param {Stroke[]} strokes
 * @param {Step[]} steps
 */
function checkWay(strokes, steps) {
  for (const step of steps) {
    const { at, gone } = step;
    if (!Number.isInteger(at) || at < 0 || at > strokes.length || gone.some((s, i) => strokes[at + i] !== s)) throw new Error('a step leads nowhere');
    strokes = forth(strokes, step);
  }
}

/**
 * @param {[number, number, number, string, string]} form
 * @returns {Stroke}
 */
function long([size, fill, patch, points, pressure]) {
  const at = sums(points, 2);
  const inside = at.length >= 2 && at.length % 2 === 0 && within(at, SIDE);
  const hard = pressure ? sums(pressure, 1) : undefined;
  if (!inside || !(size > 0 && size <= WIDEST) || (hard && !(hard.length === at.length / 2 && within(hard, 1)))) throw new Error('a stroke is damaged');
  return finish(at, { size, fill: fill === 1, patch: patch === 1, pressure: hard });
}

/**
 * @param {number[]} values
 * @param {number} most
 */
const within = (values, most) => values.every((v) => v >= 0 && v <= most);

/**
 * @param {string} written by differences
 * @param {number} stride
 */
function sums(written, stride) {
  const values = written.split(' ').map(Number);
  for (let i = stride; i < values.length; i++) values[i] += values[i - stride];
  return values.map((v) => v / GRID);
}
