// Drawing by keyboard: while the sheet has the focus, the arrow keys lead a pen, and Space puts it down and lifts it.

import { text } from '../page/text.js';
import { SIDE } from './stroke.js';

/** How far a key leads the pen, in units; and with Shift. */
const STEP = 4;
const STRIDE = 16;

/** @type {Record<string, [number, number]>} */
const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Keyboard {
  #hand;
  #nib;
  #speech;
  /** Whether it holds the tool on the sheet. */
  #down = false;
  /** Arrow keys that are held: two of them lead aslant. @type {Set<string>} */ #held = new Set();

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {import('./hand.js').Hand} hand
   * @param {import('./nib.js').Nib} nib
   * @param {import('./speech.js').Speech} speech
   */
  constructor(canvas, hand, nib, speech) {
    this.#hand = hand;
    this.#nib = nib;
    this.#speech = speech;
    canvas.addEventListener('keydown', (e) => this.#key(e));
    canvas.addEventListener('keyup', (e) => this.#held.delete(e.key));
    canvas.addEventListener('focus', () => canvas.matches(':focus-visible') && nib.lead(nib.x, nib.y, false));
    canvas.addEventListener('blur', () => this.#leave());
    // A pointer takes over.
    canvas.addEventListener('pointerdown', () => this.#lift(), { capture: true });
  }

  /** @param {KeyboardEvent} e */
  #key(e) {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    if (e.key in DIRECTIONS) {
      this.#held.add(e.key);
      this.#lead(e.shiftKey ? STRIDE : STEP);
    } else if (e.key === ' ' && !e.repeat) {
      if (this.#down) this.#lift();
      else this.#lower();
    } else if (e.key === 'Enter' && this.#down) {
      this.#lift();
    } else if (e.key === 'Escape' && this.#down) {
      this.#down = false;
      this.#hand.cancel();
      this.#nib.lead(this.#nib.x, this.#nib.y, false);
      this.#speech.say(text('drawing.said.cancelled'));
    } else if (e.key !== ' ') {
      return;
    }
    e.preventDefault();
  }

  /** @param {number} distance */
  #lead(distance) {
    const [dx, dy] = [...this.#held].reduce(([x, y], key) => [x + DIRECTIONS[key][0], y + DIRECTIONS[key][1]], [0, 0]);
    const clamp = (/** @type {number} */ v) => Math.min(Math.max(v, 0), SIDE);
    /** @type {number[]} */
    const moves = [];
    // A stride is made of steps, as lines are rounded between points.
    for (let at = STEP; at <= distance; at += STEP) moves.push(clamp(this.#nib.x + at * dx), clamp(this.#nib.y + at * dy), 0.5);
    this.#nib.lead(moves[moves.length - 3], moves[moves.length - 2], this.#down);
    if (this.#down) this.#hand.move(moves);
    if (this.#down && !this.#hand.doing) this.#down = false;
    this.#speech.murmur(this.#where());
  }

  #lower() {
    const { x, y } = this.#nib;
    this.#hand.down(x, y);
    if (this.#hand.doing === 'fill') {
      this.#hand.up();
      this.#nib.lead(x, y, false);
      return;
    }
    this.#down = true;
    this.#nib.lead(x, y, true);
    this.#speech.say(`${text('drawing.said.down')} ${this.#where()}`);
  }

  #lift() {
    if (!this.#down) return;
    this.#down = false;
    this.#hand.up();
    this.#nib.lead(this.#nib.x, this.#nib.y, false);
    this.#speech.say(text('drawing.said.up'));
  }

  #leave() {
    this.#held.clear();
    this.#lift();
    this.#nib.leave('keys');
  }

  #where() {
    const share = (/** @type {number} */ v) => Math.round((100 * v) / SIDE);
    return text('drawing.said.place', { x: share(this.#nib.x), y: share(this.#nib.y) });
  }
}
