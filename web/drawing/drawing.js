// The drawing: strokes, and how they came about. All state of the page that a visitor makes is here.

import { History } from './history.js';
import { finish, place, SIDE } from './stroke.js';

export { SIDE } from './stroke.js';

/** @typedef {import('./stroke.js').Stroke} Stroke */

/** Points closer than this to the last, in units, add nothing. */
const STEP = 0.4;

/** A line that stays so close to the axis, in units, is its own mirror image. */
const ON_AXIS = 2;

/**
 * A stroke that is being drawn: points are added to it.
 * @typedef {object} Open
 * @property {number[]} points
 * @property {number} size
 * @property {false} fill
 * @property {number[]} [pressure] where the pen tells it
 */

/**
 * Tells of every change by an event "change"; "stroke" follows when a step is finished or taken back.
 *
 * A change that takes time, such as a line or a passage of the eraser, is open from begin or hold until end, which makes a
 * step of it, or cancel, which undoes it.
 */
export class Drawing extends EventTarget {
  /** @type {readonly Stroke[]} */ #strokes = Object.freeze([]);
  /** @type {Open | null} */ #open = null;
  /** Its mirror image. @type {Open | null} */ #twin = null;
  /** What was before the eraser came. @type {readonly Stroke[] | null} */ #held = null;
  #history = new History();

  /** Finished strokes. @returns {readonly Stroke[]} */
  get strokes() {
    return this.#strokes;
  }

  /** The stroke being drawn. @returns {Readonly<Open> | null} */
  get open() {
    return this.#open;
  }

  /** The mirror image of the stroke being drawn, if it is mirrored. @returns {Readonly<Open> | null} */
  get twin() {
    return this.#twin;
  }

  /** Everything, with the stroke being drawn. @returns {Stroke[]} */
  get all() {
    const all = [...this.#strokes];
    if (this.#open) all.push(this.#open);
    if (this.#twin) all.push(this.#twin);
    return all;
  }

  get empty() {
    return this.#strokes.length === 0 && !this.#open;
  }

  /** Whether a change is open. */
  get busy() {
    return this.#open !== null || this.#held !== null;
  }

  get canUndo() {
    return this.#history.past.length > 0 || this.busy;
  }

  get canRedo() {
    return this.#history.future.length > 0;
  }

  /** Steps that can be taken back and those that were. */
  get history() {
    return this.#history;
  }

  /**
   * Puts the pen down.
   * @param {number} x
   * @param {number} y
   * @param {object} [how]
   * @param {number} [how.size] of the pen
   * @param {boolean} [how.mirror] draw on the other side of the axis as well
   * @param {number} [how.pressure] 0 to 1, if the pen tells it
   */
  begin(x, y, { size = 1, mirror = false, pressure } = {}) {
    this.end();
    const open = () => ({ points: [], size, fill: /** @type {false} */ (false), ...(pressure !== undefined && { pressure: [] }) });
    this.#open = open();
    this.#twin = mirror ? open() : null;
    this.#add(place(x), place(y), pressure ?? 0.5);
    this.#changed();
  }

  /**
   * Moves the pen. Many moves come at once, as pointers are read more often than screens are painted.
   * @param {ArrayLike<number>} moves x0, y0, pressure0, x1, y1, pressure1, …
   */
  extend(moves) {
    if (!this.#open) return;
    const { points } = this.#open;
    const before = points.length;
    for (let i = 0; i + 2 < moves.length; i += 3) {
      const x = place(moves[i]);
      const y = place(moves[i + 1]);
      const near = Math.hypot(x - points[points.length - 2], y - points[points.length - 1]) < STEP;
      if (!near) this.#add(x, y, moves[i + 2]);
    }
    if (points.length > before) this.#changed();
  }

  /** Begins a change of what is there already. */
  hold() {
    this.end();
    this.#held = this.#strokes;
  }

  /**
   * Shows what a change that is held would come to.
   * @param {readonly Stroke[]} strokes
   */
  propose(strokes) {
    if (this.#held && strokes !== this.#strokes) this.#show(strokes);
  }

  /** Makes a step of the change that is open. */
  end() {
    const [open, twin, held] = this.#letGo();
    if (open) {
      const drawn = [open, ...(twin && !onAxis(open) ? [twin] : [])].map(({ points, ...style }) => finish(points, style));
      this.replace([...this.#strokes, ...drawn]);
    } else if (held && held !== this.#strokes) {
      this.#history.step(held, this.#strokes);
      this.#finished();
    }
  }

  /** Drops the change that is open, as when it turns out to be the heel of the hand. */
  cancel() {
    if (!this.busy) return;
    const [, , held] = this.#letGo();
    this.#show(held ?? this.#strokes);
    this.#finished();
  }

  /**
   * Puts strokes in the place of those that are there, in one step.
   * @param {readonly Stroke[]} strokes
   */
  replace(strokes) {
    this.cancel();
    this.#history.step(this.#strokes, strokes);
    this.#show(strokes);
    this.#finished();
  }

  /**
   * Puts another drawing in the place of this one, a step like any other: it can be undone. "leave" tells of the one that left,
   * so that it can be kept.
   * @param {readonly Stroke[]} strokes
   */
  exchange(strokes) {
    this.cancel();
    const left = this.#strokes;
    this.replace(strokes);
    if (left.length > 0) this.dispatchEvent(new CustomEvent('leave', { detail: left }));
  }

  clear() {
    this.cancel();
    if (this.#strokes.length > 0) this.exchange([]);
  }

  undo() {
    if (this.busy) this.cancel();
    else this.#travel(this.#history.undo(this.#strokes));
  }

  redo() {
    this.cancel();
    this.#travel(this.#history.redo(this.#strokes));
  }

  /**
   * Begins where an earlier visit ended.
   * @param {readonly Stroke[]} strokes
   * @param {History} history that led to them
   */
  restore(strokes, history) {
    this.#letGo();
    this.#history = history;
    this.#show(strokes);
    this.#finished();
  }

  /** @returns {[Open | null, Open | null, readonly Stroke[] | null]} what was open */
  #letGo() {
    const was = /** @type {[Open | null, Open | null, readonly Stroke[] | null]} */ ([this.#open, this.#twin, this.#held]);
    this.#open = this.#twin = this.#held = null;
    return was;
  }

  /** @param {Stroke[] | null} strokes */
  #travel(strokes) {
    if (!strokes) return;
    this.#show(strokes);
    this.#finished();
  }

  /**
   * @param {number} x
   * @param {number} y
   * @param {number} pressure
   */
  #add(x, y, pressure) {
    this.#open?.points.push(x, y);
    this.#open?.pressure?.push(pressure);
    this.#twin?.points.push(SIDE - x, y);
    this.#twin?.pressure?.push(pressure);
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }

  /** @param {readonly Stroke[]} strokes */
  #show(strokes) {
    this.#strokes = Object.freeze(strokes);
    this.#changed();
  }

  #finished() {
    this.dispatchEvent(new Event('stroke'));
  }
}

/** @param {Open} stroke */
function onAxis({ points }) {
  for (let i = 0; i < points.length; i += 2) if (Math.abs(points[i] - SIDE / 2) > ON_AXIS) return false;
  return true;
}
