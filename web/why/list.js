// The reasons as numbers, a row a stroke.

import { h } from '../page/dom.js';
import { number, percent, text } from '../page/text.js';
import { look } from './look.js';

/** @typedef {import('./reasons.js').Reason} Reason */

export class List {
  #body = h('tbody');
  /** @type {(stroke: number) => void} */ #point;

  /** @param {(stroke: number) => void} point called with the stroke to look at, −1 for none */
  constructor(point) {
    this.#point = point;
    const head = ['why.column.stroke', 'why.column.without', 'why.column.share'].map((key) => h('th', { scope: 'col' }, text(key)));
    /** What goes into the page. */
    this.element = h(
      'div',
      { class: 'why-list' },
      h('table', {}, h('caption', { class: 'unseen' }, text('why.list')), h('thead', {}, h('tr', {}, ...head)), this.#body),
    );
    this.#body.addEventListener('pointerover', (e) => point(this.#at(e)));
    this.#body.addEventListener('pointerleave', () => point(-1));
    this.#body.addEventListener('focusin', (e) => point(this.#at(e)));
    this.#body.addEventListener('focusout', () => point(-1));
  }

  /** @param {Reason[]} reasons */
  show(reasons) {
    while (this.#body.rows.length > reasons.length) this.#body.deleteRow(-1);
    while (this.#body.rows.length < reasons.length) this.#body.append(row((stroke) => this.#point(stroke), this.#body.rows.length));
    for (const [i, reason] of reasons.entries()) fill(this.#body.rows[i], reason);
  }

  /** @param {Event} e */
  #at({ target }) {
    const tr = target instanceof Element ? target.closest('tr') : null;
    return tr ? tr.sectionRowIndex : -1;
  }
}

/**
 * @param {(stroke: number) => void} point
 * @param {number} stroke
 * @returns {HTMLTableRowElement}
 */
function row(point, stroke) {
  const name = h('button', { type: 'button', class: 'plain', onclick: () => point(stroke) });
  return h('tr', {}, h('th', { scope: 'row' }, name), h('td'), h('td'));
}

/**
 * @param {HTMLTableRowElement} tr
 * @param {Reason} reason
 */
function fill(tr, { name, without, share }) {
  const [head, rest, difference] = tr.cells;
  /** @type {HTMLElement} */ (head.firstElementChild).textContent = name;
  rest.textContent = percent(without);
  difference.textContent = points(share);
  tr.dataset.side = look(share).side;
}

/** @param {number} share */
export const points = (share) => number(100 * share, { signDisplay: 'exceptZero', minimumFractionDigits: 1, maximumFractionDigits: 1 });
