// What the tool in hand does where a pointer, or the keyboard, leads it.

import { erase } from './eraser.js';
import { fill, fillBoth } from './fill.js';
import { SIDE } from './stroke.js';

/** @typedef {'pen' | 'eraser' | 'fill'} Tool */

/** A tap that moves further than this, in units, is none. */
const TAP = 8;

/** Tells by an event "filled", with the outcome as its detail, what a tap with the fill came to. */
export class Hand extends EventTarget {
  #page;
  /** @type {Tool | null} */ #doing = null;
  #x = 0;
  #y = 0;

  /** @param {import('../page/page.js').Page} page */
  constructor(page) {
    super();
    this.#page = page;
  }

  /** The tool that is at work, null between its works. */
  get doing() {
    return this.#doing;
  }

  /**
   * @param {number} x
   * @param {number} y
   * @param {{tool?: Tool, pressure?: number}} [how] with another tool than the chosen one; how hard, if the pen tells it
   */
  down(x, y, { tool, pressure } = {}) {
    const { drawing, settings } = this.#page;
    this.#doing = tool ?? /** @type {Tool} */ (settings.tool);
    [this.#x, this.#y] = [x, y];
    if (this.#doing === 'pen') {
      drawing.begin(x, y, { size: settings.size, mirror: settings.mirror, pressure });
    } else if (this.#doing === 'eraser') {
      drawing.hold();
      this.#rub(x, y);
    }
  }

  /** @param {readonly number[]} moves x0, y0, pressure0, x1, … */
  move(moves) {
    const { drawing } = this.#page;
    if (this.#doing === 'fill') {
      const n = moves.length;
      if (n > 0 && Math.hypot(moves[n - 3] - this.#x, moves[n - 2] - this.#y) > TAP) this.#doing = null;
    } else if (!drawing.busy) {
      this.#doing = null; // somebody has taken the line back while it was drawn
    } else if (this.#doing === 'pen') {
      drawing.extend(moves);
    } else if (this.#doing === 'eraser') {
      for (let i = 0; i < moves.length; i += 3) this.#rub(moves[i], moves[i + 1]);
    }
  }

  up() {
    const doing = this.#doing;
    this.#doing = null;
    if (doing === 'fill') this.#fill();
    else if (doing) this.#page.drawing.end();
  }

  /** Leaves everything as it was. */
  cancel() {
    const doing = this.#doing;
    this.#doing = null;
    if (doing && doing !== 'fill') this.#page.drawing.cancel();
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  #rub(x, y) {
    const { drawing, settings } = this.#page;
    const pass = { ax: this.#x, ay: this.#y, bx: x, by: y, radius: settings.eraser };
    [this.#x, this.#y] = [x, y];
    let left = erase(drawing.strokes, pass);
    if (settings.mirror) left = erase(left, { ...pass, ax: SIDE - pass.ax, bx: SIDE - x });
    drawing.propose(left);
  }

  #fill() {
    const { drawing, settings } = this.#page;
    const { strokes, outcome } = (settings.mirror ? fillBoth : fill)(drawing.strokes, this.#x, this.#y);
    if (outcome !== 'open') drawing.replace(strokes);
    this.dispatchEvent(new CustomEvent('filled', { detail: outcome }));
  }
}
