// A canvas of equal cells, such as the maps of a layer or the weights of a filter, that can be read by pointer, by keyboard
// and by ear: one cell is current, and says what it holds.

import { h } from '../page/dom.js';

/**
 * @typedef {object} Use
 * @property {string} label what the whole is, for those who listen
 * @property {(cell: number) => string} say what a cell holds
 * @property {(cell: number) => void} [open] on a click, or Enter: without it a cell can be read only
 * @property {(cell: number) => void} [read] the cell under the pointer or of the keyboard, −1 for none
 */

/** For assistive technology it is a slider over the cells: the one kind of control that all of them work with arrow keys. */
export class Cells {
  /** @type {Use} */ #use;
  /** @type {HTMLElement} */ #marker = h('span', { class: 'cells-marker', hidden: true });
  #columns = 1;
  #count = 0;
  #current = 0;
  #focused = false;
  /** @type {[number, number]} */ #cell = [1, 1];
  /** @type {[number, number]} */ #step = [1, 1];
  /** @type {[number, number]} */ #size = [1, 1];

  /** @param {Use} use */
  constructor(use) {
    this.#use = use;
    this.canvas = h('canvas', { 'aria-hidden': 'true' });
    /** What goes into the page. */
    this.element = h('div', { class: 'cells', role: 'slider', tabindex: '0', 'aria-label': use.label }, this.canvas, this.#marker);
    this.element.toggleAttribute('data-opens', use.open !== undefined);
    this.element.addEventListener('keydown', (e) => this.#key(e));
    this.element.addEventListener('focus', () => this.#focus(true));
    this.element.addEventListener('blur', () => this.#focus(false));
    this.element.addEventListener('pointermove', (e) => this.#hover(e));
    this.element.addEventListener('pointerleave', () => this.#show(this.#focused ? this.#current : -1));
    this.element.addEventListener('click', (e) => this.#click(e));
  }

  /** The current cell. */
  get current() {
    return this.#current;
  }

  /** @param {number} cell */
  set current(cell) {
    this.#current = Math.min(Math.max(cell, 0), Math.max(0, this.#count - 1));
    this.refresh();
  }

  /**
   * Says where the cells are. The canvas is made anew, and has to be painted.
   * @param {object} layout sizes in pixels of the canvas
   * @param {number} layout.count
   * @param {number} layout.columns
   * @param {[number, number]} layout.cell width and height of a cell
   * @param {number} [layout.gap] between two cells
   * @param {[number, number]} layout.size of the canvas
   */
  layout({ count, columns, cell, gap = 0, size }) {
    this.#count = count;
    this.#columns = columns;
    this.#cell = cell;
    this.#step = [cell[0] + gap, cell[1] + gap];
    this.#size = size;
    if (this.canvas.width !== size[0] || this.canvas.height !== size[1]) [this.canvas.width, this.canvas.height] = size;
    this.element.setAttribute('aria-valuemin', '1');
    this.element.setAttribute('aria-valuemax', String(Math.max(1, count)));
    this.current = this.#current;
  }

  /** Says anew what the current cell holds, after its value has changed. */
  refresh() {
    this.element.setAttribute('aria-valuenow', String(this.#current + 1));
    this.element.setAttribute('aria-valuetext', this.#count > 0 ? this.#use.say(this.#current) : '');
    if (this.#focused) this.#show(this.#current);
  }

  /** @param {boolean} focused */
  #focus(focused) {
    this.#focused = focused;
    this.#show(focused ? this.#current : -1);
  }

  /** @param {number} cell −1 for none */
  #show(cell) {
    const there = cell >= 0 && cell < this.#count;
    this.#marker.hidden = !there;
    if (there) {
      const place = [cell % this.#columns, Math.floor(cell / this.#columns)];
      const percent = (/** @type {number} */ i, /** @type {number} */ n) => `${(100 * n) / this.#size[i]}%`;
      this.#marker.style.left = percent(0, place[0] * this.#step[0]);
      this.#marker.style.top = percent(1, place[1] * this.#step[1]);
      this.#marker.style.width = percent(0, this.#cell[0]);
      this.#marker.style.height = percent(1, this.#cell[1]);
    }
    this.#use.read?.(there ? cell : -1);
  }

  /**
   * @param {MouseEvent} e
   * @returns {number} the cell there, −1 for none
   */
  #at(e) {
    const box = this.canvas.getBoundingClientRect();
    const column = Math.floor((((e.clientX - box.left) / box.width) * this.#size[0]) / this.#step[0]);
    const row = Math.floor((((e.clientY - box.top) / box.height) * this.#size[1]) / this.#step[1]);
    const cell = row * this.#columns + column;
    return column >= 0 && column < this.#columns && row >= 0 && cell < this.#count ? cell : -1;
  }

  /** @param {PointerEvent} e */
  #hover(e) {
    this.#show(this.#at(e));
  }

  /** @param {MouseEvent} e */
  #click(e) {
    // A click that is no pointer's, as a screen reader makes it, means the current cell.
    const cell = e.detail === 0 ? this.#current : this.#at(e);
    if (cell < 0) return;
    this.current = cell;
    this.#use.open?.(cell);
  }

  /** @param {KeyboardEvent} e */
  #key(e) {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const steps = /** @type {Record<string, number>} */ ({
      ArrowLeft: -1,
      ArrowRight: 1,
      ArrowUp: -this.#columns,
      ArrowDown: this.#columns,
      Home: -this.#count,
      End: this.#count,
      PageUp: -10 * this.#columns,
      PageDown: 10 * this.#columns,
    });
    if (e.key === 'Enter' || e.key === ' ') this.#use.open?.(this.#current);
    else if (Object.hasOwn(steps, e.key)) {
      const next = this.#current + steps[e.key];
      // Up from the top row goes nowhere, and not to the first cell.
      if (!e.key.startsWith('Arrow') || (next >= 0 && next < this.#count)) this.current = next;
    } else return;
    e.preventDefault();
  }
}
