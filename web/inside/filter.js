// The filter that made a map: for each map that it looks at, the weights that it multiplies it by.

import { h } from '../page/dom.js';
import { text } from '../page/text.js';
import { Grid } from './grid.js';
import { mapOf, scaleOf } from './montage.js';
import { Thumb } from './thumb.js';
import { exact } from './words.js';

/** How many of a filter's pictures are shown at first, those of the largest weights. */
const FIRST = 8;

/**
 * @typedef {{shape: number[], values: Float32Array}} Filters of a layer: height, width, inputs, outputs
 * @typedef {import('./montage.js').Layer} Layer
 */

/** What a filter does to one of its inputs. */
class Kernel {
  /**
   * @param {Filters} filters
   * @param {number} input
   * @param {number} output
   */
  constructor({ shape: [rows, columns, inputs, outputs], values }, input, output) {
    this.input = input;
    this.columns = columns;
    /** Row by row. */
    this.weights = Float32Array.from({ length: rows * columns }, (_, i) => values[(i * inputs + input) * outputs + output]);
    this.sum = 0;
    this.most = 0;
    for (const weight of this.weights) {
      this.sum += Math.abs(weight);
      this.most = Math.max(this.most, Math.abs(weight));
    }
  }
}

/** Shows a filter. */
export class FilterView {
  /** @type {Array<(before: Layer) => void>} */ #inputs = [];

  constructor() {
    /** What goes into the page. */
    this.element = h('div', { class: 'filter' });
  }

  /**
   * @param {Filters} filters
   * @param {number} output whose filter to show
   * @param {Layer} before what the filter looks at
   * @param {boolean} dense whether it lies in one place alone
   */
  show(filters, output, before, dense) {
    const [rows, columns, inputs] = filters.shape;
    const kernels = Array.from({ length: inputs }, (_, input) => new Kernel(filters, input, output)).sort((a, b) => b.sum - a.sum);
    const scale = Math.max(...kernels.map(({ most }) => most)) || 1;
    const readout = h('p', { class: 'readout', 'aria-hidden': 'true' });
    const list = h('ul', { class: 'kernels' });
    this.#inputs = [];
    const add = (/** @type {Kernel[]} */ some) => {
      for (const kernel of some) list.append(this.#item(kernel, scale, inputs > 1, readout));
      this.update(before);
    };
    const more = h('button', { type: 'button' }, text('inside.filter.more', { count: inputs - FIRST }));
    more.addEventListener('click', () => {
      more.remove();
      add(kernels.slice(FIRST));
      // The button that had the focus is gone.
      /** @type {HTMLElement | undefined} */ (list.querySelectorAll('[role=slider]')[FIRST])?.focus();
    });
    const kind = dense ? (rows * columns === 1 ? 'numbers' : 'dense') : inputs === 1 ? 'one' : 'many';
    const said = text(`inside.filter.${kind}`, { rows, columns, inputs });
    this.element.replaceChildren(h('p', {}, said), list, readout, ...(inputs > FIRST ? [more] : []));
    add(kernels.slice(0, FIRST));
  }

  /**
   * What the filter looks at has changed.
   * @param {Layer} before
   */
  update(before) {
    for (const paint of this.#inputs) paint(before);
  }

  /** A layer without filters has nothing here. */
  clear() {
    this.#inputs = [];
    this.element.replaceChildren();
  }

  /**
   * One input and its weights.
   * @param {Kernel} kernel
   * @param {number} scale of all weights
   * @param {boolean} several whether there are other inputs
   * @param {HTMLElement} readout
   */
  #item({ input, columns, weights }, scale, several, readout) {
    const name = several ? text('inside.filter.input', { map: input + 1 }) : text('inside.filter.picture');
    const say = (/** @type {number} */ row, /** @type {number} */ column, /** @type {number} */ value) =>
      text('inside.value', { row, column, value: exact(value) });
    const grid = new Grid({
      label: text('inside.filter.weights', { name }),
      signed: true,
      say,
      read: (sentence) => (readout.textContent = sentence && `${name}, ${sentence}`),
    });
    grid.show(weights, columns, scale);
    const looksAt = new Thumb('');
    this.#inputs.push((before) => looksAt.show(mapOf(before, input), before.shape[1], scaleOf(before)));
    return h('li', {}, h('span', { class: 'kernel-name' }, name), looksAt.element, h('span', { 'aria-hidden': 'true' }, '×'), grid.element);
  }
}
