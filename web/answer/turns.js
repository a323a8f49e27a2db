// What shows the answer is brought up to date by turns, one part in a frame, and then it rests for as many frames: all of it
// in each frame would take a slow phone more than the 16 ms that a frame has, and the line would lag behind the finger. A
// round of four parts takes 0.13 s at 60 frames a second, and nobody reads faster.

/** A round whose frames are further apart than this in the mean, in ms, has lost some: there are 60 in a second. */
const LATE = 18;

export class Turns {
  /** @type {Array<() => void>} */ #parts;
  /** The parts that have to wait for the next round. @type {Set<() => void>} */ #due = new Set();
  /** Which frame of the round comes next. */
  #at = 0;
  #frame = 0;
  /** When the round began. */
  #began = Infinity;
  #late = false;

  /** @param {Array<() => void>} parts each brings itself up to date with what is true when its turn comes */
  constructor(parts) {
    this.#parts = parts;
  }

  /** Whether this device loses frames, so that what only moves to please had better stand still. Forgotten with each rest. */
  get late() {
    return this.#late;
  }

  /** Has every part brought up to date when its turn comes: from the next frame on, if all of them rest. */
  request() {
    for (const part of this.#parts) this.#due.add(part);
    this.#ask();
  }

  #ask() {
    this.#frame ||= requestAnimationFrame((now) => this.#next(now));
  }

  /** @param {number} now when this frame began */
  #next(now) {
    this.#frame = 0;
    const round = 2 * this.#parts.length;
    if (this.#at === 0) {
      if (this.#due.size === 0) {
        this.#began = Infinity;
        this.#late = false;
        return;
      }
      this.#late ||= now - this.#began > LATE * round;
      this.#began = now;
    }
    const part = this.#parts[this.#at];
    this.#at = (this.#at + 1) % round;
    this.#ask();
    if (part && this.#due.delete(part)) part();
  }
}
