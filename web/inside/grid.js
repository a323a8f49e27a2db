// A small grid of numbers: a map, or the weights of a filter.

import { Cells } from './cells.js';
import { glow, words } from './glow.js';

/** Pixels of the canvas that a number is wide where it may need a minus. */
const ROOMY = 12;

/**
 * @typedef {object} Use
 * @property {string} label what it is, for those who listen
 * @property {boolean} [signed] put a minus on what is below zero: colour is not needed to tell it from what is above
 * @property {(row: number, column: number, value: number) => string} say what a number is, counted from one
 * @property {(sentence: string) => void} read shows what the number under the pointer or of the keyboard is, '' for none
 */

/** Numbers as light, each of which can be read. */
export class Grid {
  /** @type {ArrayLike<number>} */ #values = [];
  /** @type {ImageData | null} */ #image = null;
  #columns = 1;
  /** @type {number} */ #size;

  /** @param {Use} use */
  constructor({ label, signed = false, say, read }) {
    this.#size = signed ? ROOMY : 1;
    const sentence = (/** @type {number} */ i) => say(Math.floor(i / this.#columns) + 1, (i % this.#columns) + 1, this.#values[i] ?? 0);
    this.cells = new Cells({ label, say: sentence, read: (i) => read(i < 0 ? '' : sentence(i)) });
    /** What goes into the page. */
    this.element = this.cells.element;
    this.element.classList.add('grid');
  }

  /**
   * @param {ArrayLike<number>} values row by row
   * @param {number} columns
   * @param {number} scale what the brightest light stands for
   */
  show(values, columns, scale) {
    this.#values = values;
    this.#columns = columns;
    const size = this.#size;
    const [width, height] = [columns * size, (values.length / columns) * size];
    if (this.#image?.width !== width || this.#image.height !== height) {
      this.#image = new ImageData(width, height);
      this.cells.layout({ count: values.length, columns, cell: [size, size], size: [width, height] });
    }
    const pixels = words(this.#image);
    for (let i = 0; i < values.length; i++) {
      const corner = Math.floor(i / columns) * size * width + (i % columns) * size;
      const share = values[i] / scale;
      for (let y = 0; y < size; y++) pixels.fill(glow(share), corner + y * width, corner + y * width + size);
      if (size === 1 || share >= 0) continue;
      // The minus is dark on bright and bright on dark.
      const at = corner + (size / 2) * width + size / 4;
      pixels.fill(glow(share < -0.5 ? 0 : -0.9), at, at + size / 2);
    }
    this.cells.canvas.getContext('2d')?.putImageData(this.#image, 0, 0);
    this.cells.refresh();
  }
}
