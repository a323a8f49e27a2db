// The drawing: strokes, and how they came about. All state of the page that a visitor makes is here.

/** The surface is a square of so many units, whatever its size on the screen. */
export const SIDE = 256;

/** Points closer than this to the last, in units, add nothing. */
const STEP = 0.4;

/**
 * A stroke is its coordinates, one pair after the other: x0, y0, x1, y1, … Finished strokes never change.
 * @typedef {readonly number[]} Stroke
 */

/** Tells of every change by an event "change"; "stroke" follows when one is finished or a step is taken back. */
export class Drawing extends EventTarget {
  /** @type {readonly Stroke[]} */ #strokes = [];
  /** @type {number[] | null} */ #open = null;
  /** @type {Array<readonly Stroke[]>} */ #past = [];
  /** @type {Array<readonly Stroke[]>} */ #future = [];

  /** Finished strokes. @returns {readonly Stroke[]} */
  get strokes() {
    return this.#strokes;
  }

  /** The stroke being drawn. @returns {readonly number[] | null} */
  get open() {
    return this.#open;
  }

  /** Everything, with the stroke being drawn. @returns {Stroke[]} */
  get all() {
    return this.#open ? [...this.#strokes, this.#open] : [...this.#strokes];
  }

  get empty() {
    return this.#strokes.length === 0 && !this.#open;
  }

  get canUndo() {
    return this.#past.length > 0 || this.#open !== null;
  }

  get canRedo() {
    return this.#future.length > 0;
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  begin(x, y) {
    this.end();
    this.#open = [clamp(x), clamp(y)];
    this.#changed();
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  extend(x, y) {
    const s = this.#open;
    if (!s) return;
    x = clamp(x);
    y = clamp(y);
    if (Math.hypot(x - s[s.length - 2], y - s[s.length - 1]) < STEP) return;
    s.push(x, y);
    this.#changed();
  }

  end() {
    if (!this.#open) return;
    const stroke = Object.freeze(this.#open);
    this.#open = null;
    this.#step([...this.#strokes, stroke]);
  }

  /** Drops the stroke being drawn, as when it turns out to be the heel of the hand. */
  cancel() {
    if (!this.#open) return;
    this.#open = null;
    this.#changed();
    this.dispatchEvent(new Event('stroke'));
  }

  /** Clearing is a step like any other: it can be undone. */
  clear() {
    this.cancel();
    if (this.#strokes.length > 0) this.#step([]);
  }

  undo() {
    if (this.#open) {
      this.cancel();
      return;
    }
    const before = this.#past.pop();
    if (!before) return;
    this.#future.push(this.#strokes);
    this.#show(before);
  }

  redo() {
    const after = this.#future.pop();
    if (!after) return;
    this.#past.push(this.#strokes);
    this.#show(after);
  }

  /** @param {readonly Stroke[]} strokes */
  #step(strokes) {
    this.#past.push(this.#strokes);
    this.#future = [];
    this.#show(strokes);
  }

  /** @param {readonly Stroke[]} strokes */
  #show(strokes) {
    this.#strokes = strokes;
    this.#changed();
    this.dispatchEvent(new Event('stroke'));
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }
}

/** @param {number} v */
function clamp(v) {
  return Math.min(Math.max(v, 0), SIDE);
}
