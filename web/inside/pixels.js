// The network's picture, each of its pixels to be read.

import { h } from '../page/dom.js';
import { text } from '../page/text.js';
import { Grid } from './grid.js';

const SIDE = 28;

export class Pixels {
  #readout = h('p', { class: 'readout', 'aria-hidden': 'true' });
  #grid = new Grid({
    label: text('inside.pixels'),
    say: (row, column, value) => text('inside.pixel', { row, column, value }),
    read: (sentence) => (this.#readout.textContent = sentence),
  });

  constructor() {
    /** What goes into the page. */
    this.element = h('figure', { class: 'pixels' }, this.#grid.element, this.#readout, h('figcaption', {}, h('strong', {}, text('inside.pixelsTitle')), h('p', { class: 'dim' }, text('inside.pixelsHint'))));
    this.clear();
  }

  /** @param {ArrayLike<number>} image brightnesses of 0 to 255, row by row */
  show(image) {
    this.#grid.show(image, SIDE, 255);
  }

  /** Nothing is seen. */
  clear() {
    this.show(new Uint8Array(SIDE * SIDE));
  }
}
