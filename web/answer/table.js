// The pie's twin in numbers. Each class is a button that chooses it.

import { h, tell } from '../page/dom.js';
import { percent, text } from '../page/text.js';
import { icon } from './wardrobe.js';

export class Table {
  /** @type {HTMLTableSectionElement} */ #body;

  /**
   * @param {HTMLTableElement} table
   * @param {(index: number) => void} choose called with a class
   */
  constructor(table, choose) {
    this.#body = table.tBodies[0];
    this.#body.addEventListener('click', ({ target }) => {
      const row = target instanceof Element ? target.closest('tr') : null;
      if (row) choose(Number(row.dataset.index));
    });
  }

  /**
   * @param {import('./shares.js').Share[]} shares
   * @param {readonly string[]} colours of the classes and, last, of the others; empty while there is no pie
   * @param {number} chosen the class that is chosen, −1 for none
   */
  show(shares, colours, chosen) {
    while (this.#body.rows.length > shares.length) this.#body.deleteRow(-1);
    while (this.#body.rows.length < shares.length) this.#body.append(row());
    for (const [i, share] of shares.entries()) {
      // All others together have the index of nothing chosen.
      fill(this.#body.rows[i], share, colours.at(share.index) ?? '', share.index >= 0 && share.index === chosen);
    }
  }
}

/** @returns {HTMLTableRowElement} */
function row() {
  return h(
    'tr',
    {},
    h('th', { scope: 'row' }, h('button', { type: 'button', class: 'class' }, h('span', { class: 'swatch' }), h('span', { class: 'name' }))),
    h('td', {}, h('span', { class: 'bar' }), h('span')),
  );
}

/**
 * @param {HTMLTableRowElement} tr
 * @param {import('./shares.js').Share} share
 * @param {string} colour
 * @param {boolean} chosen
 */
function fill(tr, { index, name: known, label, probability }, colour, chosen) {
  const [name, share] = tr.cells;
  const button = /** @type {HTMLButtonElement} */ (name.firstElementChild);
  const [swatch, word] = /** @type {HTMLElement[]} */ ([...button.children]);
  if (tr.dataset.index !== String(index)) {
    tr.dataset.index = String(index);
    word.textContent = label;
    swatch.replaceChildren(...[icon(known)].filter((svg) => svg !== null));
    // All others together have no reasons.
    button.disabled = index < 0;
    button.title = index < 0 ? '' : text('answer.choose', { label });
  }
  if (index < 0) button.removeAttribute('aria-pressed');
  else button.setAttribute('aria-pressed', String(chosen));
  tr.toggleAttribute('data-chosen', chosen);
  const [bar, number] = /** @type {HTMLElement[]} */ ([...share.children]);
  for (const part of [swatch, bar]) part.style.setProperty('--colour', colour || 'currentColor');
  bar.style.setProperty('--share', probability.toFixed(3));
  tell(number, percent(probability));
}
