// One map, enlarged, and what made it.

import { h } from '../page/dom.js';
import { text } from '../page/text.js';
import { FilterView } from './filter.js';
import { Grid } from './grid.js';
import { mapOf, scaleOf } from './montage.js';
import { Thumb } from './thumb.js';
import { does, exact, kindOf, mapHolds, mapName } from './words.js';

/**
 * @typedef {import('./montage.js').Layer} Layer
 * @typedef {import('./filter.js').Filters} Filters
 */

/** Layers of these kinds make map k of map k, and of nothing else. */
const ONE_FROM_ONE = ['MaxPooling2D', 'AveragePooling2D', 'WeightedAveragePooling2D', 'GlobalAveragePooling2D', 'BatchNormalization', 'Activation'];

export class Magnifier {
  /** @type {Layer[]} */ #layers = [];
  /** The picture that the network saw, as a layer of one map. @type {Layer} */
  #picture = { name: '', kind: 'InputLayer', then: [], shape: [28, 28, 1], maps: new Float32Array(28 * 28), min: 0, max: 1 };
  /** @type {readonly string[]} */ #labels = [];
  #layer = 0;
  #map = 0;
  /** @type {(layer: string) => Promise<Filters | null>} */ #filtersOf;
  #title = h('h5', { id: 'magnifier-title' });
  #holds = h('p', { class: 'dim' });
  #readout = h('p', { class: 'readout', 'aria-hidden': 'true' });
  #does = h('p', { class: 'does' });
  #filter = new FilterView();
  #source = new Thumb('');
  #from = h('figure', { class: 'source' }, this.#source.element, h('figcaption', {}, text('inside.source')));
  #grid = new Grid({
    label: text('inside.enlarged'),
    say: (row, column, value) => text('inside.value', { row, column, value: exact(value) }),
    read: (sentence) => (this.#readout.textContent = sentence),
  });

  /**
   * @param {object} use
   * @param {(layer: string) => Promise<Filters | null>} use.filtersOf the weights of a layer; null for one that has no filters
   * @param {(map: number) => void} use.turn shows another map of the layer
   * @param {() => void} use.close
   */
  constructor({ filtersOf, turn, close }) {
    this.#filtersOf = filtersOf;
    const button = (/** @type {string} */ key, /** @type {string} */ sign, /** @type {() => void} */ onclick) =>
      h('button', { type: 'button', class: 'round', 'aria-label': text(key), title: text(key), onclick }, sign);
    const step = (/** @type {number} */ by) => {
      const count = this.#layers[this.#layer].shape[2];
      turn((this.#map + by + count) % count);
    };
    /** What goes into the page. */
    this.element = h(
      'section',
      { class: 'magnifier', 'aria-labelledby': 'magnifier-title', tabindex: '-1' },
      h('header', {}, this.#title, button('inside.previous', '‹', () => step(-1)), button('inside.next', '›', () => step(1)), button('inside.close', '×', close)),
      h('div', { class: 'magnified' }, h('div', {}, this.#grid.element, this.#readout, this.#holds), h('div', {}, this.#does, this.#from, this.#filter.element)),
    );
    this.element.addEventListener('keydown', (e) => {
      if (e.key !== 'Escape') return;
      e.stopPropagation();
      close();
    });
  }

  /** The layer whose map is shown. */
  get layer() {
    return this.#layer;
  }

  /**
   * Shows a map.
   * @param {Layer[]} layers
   * @param {Uint8Array} image that the network saw
   * @param {readonly string[]} labels of the classes
   * @param {number} layer
   * @param {number} map
   */
  async open(layers, image, labels, layer, map) {
    this.#layers = layers;
    this.#labels = labels;
    this.#layer = layer;
    this.#map = map;
    this.#does.textContent = does(layers[layer]);
    this.#filter.clear();
    this.update(layers, image);
    const { kind, name } = layers[layer];
    const filters = await this.#filtersOf(name);
    if (filters && this.#layer === layer && this.#map === map) this.#filter.show(filters, map, this.#before, kind === 'Dense');
  }

  /**
   * Shows the same map of newer values.
   * @param {Layer[]} layers
   * @param {Uint8Array} image that the network saw
   */
  update(layers, image) {
    this.#layers = layers;
    this.#picture.maps = Float32Array.from(image, (v) => v / 255);
    const layer = layers[this.#layer];
    const name = mapName(layer, this.#map, this.#layer === layers.length - 1 ? this.#labels : null);
    this.#title.textContent = text('inside.title', { map: name, layer: kindOf(layer) });
    this.#holds.textContent = mapHolds(layer, this.#map);
    this.#grid.show(mapOf(layer, this.#map), layer.shape[1], scaleOf(layer));
    const before = this.#before;
    this.#from.hidden = !ONE_FROM_ONE.includes(layer.kind) || before.shape[2] !== layer.shape[2];
    if (!this.#from.hidden) this.#source.show(mapOf(before, this.#map), before.shape[1], scaleOf(before));
    this.#filter.update(before);
  }

  /** What the layer looks at. */
  get #before() {
    return this.#layer === 0 ? this.#picture : this.#layers[this.#layer - 1];
  }
}
