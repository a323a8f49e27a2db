// Where the tool is: the eraser as a ring of its size, and the pen that is led by keys, which no cursor shows.

import { h, svg } from '../page/dom.js';
import { PEN, SIDE } from './stroke.js';

export class Nib {
  #page;
  /** As large as the sheet, so that it moves in shares of that. */
  #plane;
  #mark;
  /** Who leads it. @type {'pointer' | 'keys' | null} */ #by = null;

  /**
   * @param {import('../page/page.js').Page} page
   * @param {HTMLElement} sheet
   */
  constructor(page, sheet) {
    this.#page = page;
    const cross = svg('svg', { viewBox: '-12 -12 24 24' }, svg('path', { d: 'M-11 0h7M4 0h7M0-11v7M0 4v7' }));
    this.#mark = h('div', { class: 'mark' }, h('div', { class: 'ring' }), cross);
    this.#plane = h('div', { class: 'nib', 'aria-hidden': 'true' }, this.#mark);
    sheet.append(this.#plane);
    page.on('settings', () => this.#size());
    this.#size();
  }

  /** Where it was last. */
  x = SIDE / 2;
  y = SIDE / 2;

  /**
   * A pointer is there.
   * @param {number} x
   * @param {number} y
   */
  point(x, y) {
    this.#show(x, y, 'pointer');
  }

  /**
   * Keys have led it there.
   * @param {number} x
   * @param {number} y
   * @param {boolean} down whether it touches the sheet
   */
  lead(x, y, down) {
    this.#plane.toggleAttribute('data-down', down);
    this.#show(x, y, 'keys');
  }

  /**
   * Who has led it does so no longer.
   * @param {'pointer' | 'keys'} by
   */
  leave(by) {
    if (this.#by !== by) return;
    this.#by = null;
    this.#plane.removeAttribute('data-by');
  }

  /**
   * @param {number} x
   * @param {number} y
   * @param {'pointer' | 'keys'} by
   */
  #show(x, y, by) {
    [this.x, this.y] = [Math.min(Math.max(x, 0), SIDE), Math.min(Math.max(y, 0), SIDE)];
    if (by !== this.#by) this.#plane.setAttribute('data-by', by);
    this.#by = by;
    this.#plane.style.transform = `translate(${(100 * this.x) / SIDE}%, ${(100 * this.y) / SIDE}%)`;
  }

  #size() {
    const { tool, size, eraser } = this.#page.settings;
    this.#plane.setAttribute('data-tool', tool);
    const width = tool === 'eraser' ? 2 * eraser : PEN * size;
    this.#mark.style.width = `${(100 * width) / SIDE}%`;
  }
}
