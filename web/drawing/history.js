// Undo and redo. A step is what it took away and what it put in its place, so that a long history is small.

/** @typedef {import('./stroke.js').Stroke} Stroke */

/**
 * From place "at" on, "gone" was replaced by "come".
 * @typedef {{at: number, gone: readonly Stroke[], come: readonly Stroke[]}} Step
 */

/** So many steps are kept. */
const MOST = 200;

/**
 * The step from one drawing to another.
 * @param {readonly Stroke[]} before
 * @param {readonly Stroke[]} after
 * @returns {Step}
 */
export function difference(before, after) {
  const shorter = Math.min(before.length, after.length);
  let at = 0;
  while (at < shorter && before[at] === after[at]) at++;
  let same = 0;
  while (same < shorter - at && before[before.length - 1 - same] === after[after.length - 1 - same]) same++;
  return { at, gone: before.slice(at, before.length - same), come: after.slice(at, after.length - same) };
}

/**
 * @param {readonly Stroke[]} strokes
 * @param {Step} step
 * @returns {Stroke[]} the drawing after the step
 */
export const forth = (strokes, { at, gone, come }) => [...strokes.slice(0, at), ...come, ...strokes.slice(at + gone.length)];

/**
 * @param {Step} step
 * @returns {Step} the way back
 */
export const back = ({ at, gone, come }) => ({ at, gone: come, come: gone });

export class History {
  /** Steps that can be taken back, the last one last. @type {Step[]} */ past = [];
  /** Steps that were taken back, the next one last. @type {Step[]} */ future = [];

  /**
   * @param {readonly Stroke[]} before
   * @param {readonly Stroke[]} after
   */
  step(before, after) {
    this.past.push(difference(before, after));
    if (this.past.length > MOST) this.past.shift();
    this.future = [];
  }

  /**
   * @param {readonly Stroke[]} strokes as they are now
   * @returns {Stroke[] | null} as they were; null at the beginning
   */
  undo(strokes) {
    const step = this.past.pop();
    if (!step) return null;
    this.future.push(step);
    return forth(strokes, back(step));
  }

  /**
   * @param {readonly Stroke[]} strokes as they are now
   * @returns {Stroke[] | null} as they were before undo; null when nothing was taken back
   */
  redo(strokes) {
    const step = this.future.pop();
    if (!step) return null;
    this.past.push(step);
    return forth(strokes, step);
  }
}
