// What shows the answer is brought up to date by turns, one part in a frame, and then it rests for as many frames: all of it
// in each frame would take a slow phone more than the 16 ms that a frame has, and the line would lag behind the finger. A
// round of four parts takes 0.13 s at 60 frames a second, and nobody reads faster.

/** A round whose frames are further apart than this in the mean, in ms, has lost some, unless the screen has no more. */
const LATE = 18;

/** Further apart, in ms, are frames only when the page was out of sight. */
const ASLEEP = 500;

export class Turns {
  /** @type {Array<() => void>} */ #parts;
  /** The parts that have to wait for the next round. @type {Set<() => void>} */ #due = new Set();
  /** Which frame of the round comes next. */
  #at = 0;
  #frame = 0;
  /** When the round began, and the last frame of it. */
  #began = Infinity;
  #last = Infinity;
  /** The shortest time between two frames: what the screen can do. */
  #least = Infinity;
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
    const since = now - this.#last;
    this.#last = now;
    if (since > ASLEEP) this.#began = Infinity;
    if (since > 0) this.#least = Math.min(this.#least, since);
    const round = 2 * this.#parts.length;
    if (this.#at === 0) {
      if (this.#due.size === 0) {
        this.#began = this.#last = Infinity;
        this.#late = false;
        return;
      }
      this.#late ||= now - this.#began > Math.max(LATE, 1.1 * this.#least) * round;
      this.#began = now;
    }
    const part = this.#parts[this.#at];
    this.#at = (this.#at + 1) % round;
    this.#ask();
    if (part && this.#due.delete(part)) part();
  }
}
