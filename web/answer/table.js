// The pie's twin in numbers.

import { percent } from '../page/text.js';
import { icon } from './wardrobe.js';

export class Table {
  /** @type {HTMLTableSectionElement} */ #body;

  /** @param {HTMLTableElement} table */
  constructor(table) {
    this.#body = table.tBodies[0];
  }

  /**
   * @param {import('./shares.js').Share[]} shares
   * @param {string[]} colours of the classes and, last, of the others; empty while there is no pie
   */
  show(shares, colours) {
    while (this.#body.rows.length > shares.length) this.#body.deleteRow(-1);
    while (this.#body.rows.length < shares.length) this.#body.append(row());
    for (const [i, share] of shares.entries()) fill(this.#body.rows[i], share, colours.at(share.index) ?? '');
  }
}

/** @returns {HTMLTableRowElement} */
function row() {
  const tr = document.createElement('tr');
  const name = document.createElement('th');
  name.scope = 'row';
  const swatch = document.createElement('span');
  swatch.className = 'swatch';
  name.append(swatch, document.createElement('span'));
  const share = document.createElement('td');
  const bar = document.createElement('span');
  bar.className = 'bar';
  share.append(bar, document.createElement('span'));
  tr.append(name, share);
  return tr;
}

/**
 * @param {HTMLTableRowElement} tr
 * @param {import('./shares.js').Share} share
 * @param {string} colour
 */
function fill(tr, { name: known, label, probability }, colour) {
  const [name, share] = tr.cells;
  const [swatch, word] = /** @type {HTMLElement[]} */ ([...name.children]);
  if (word.textContent !== label) {
    word.textContent = label;
    swatch.replaceChildren(...[icon(known)].filter((svg) => svg !== null));
  }
  tr.style.setProperty('--colour', colour || 'currentColor');
  tr.style.setProperty('--share', String(probability));
  /** @type {HTMLElement} */ (share.lastElementChild).textContent = percent(probability);
}
