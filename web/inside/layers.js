// Every layer of the network as a picture of all its maps, live.

import { h } from '../page/dom.js';
import { text } from '../page/text.js';
import { Cells } from './cells.js';
import { GAP, paintMaps, plan } from './montage.js';
import { does, exact, kindOf, mapHolds, mapName, shapeOf } from './words.js';

/** @typedef {import('./montage.js').Layer} Layer */

/** A layer in the list. */
class LayerView {
  /** @type {Layer} */ #layer;
  /** @type {import('./montage.js').Plan | null} */ #plan = null;
  /** @type {ImageData | null} */ #image = null;
  #range = h('span', { class: 'dim' });
  #readout = h('p', { class: 'readout', 'aria-hidden': 'true' });
  #seen = false;
  #painted = false;

  /**
   * @param {Layer} layer
   * @param {number} index
   * @param {boolean} explained whether this kind of layer has been explained before
   * @param {readonly string[] | null} labels of its maps
   * @param {(layer: number, map: number) => void} open
   */
  constructor(layer, index, explained, labels, open) {
    this.#layer = layer;
    const name = text('inside.layer', { number: index + 1, kind: kindOf(layer) });
    this.cells = new Cells({
      label: text('inside.maps', { layer: name }),
      say: (map) => `${mapName(this.#layer, map, labels)}: ${mapHolds(this.#layer, map)}`,
      open: (map) => open(index, map),
      read: (map) => (this.#readout.textContent = map < 0 ? '' : `${mapName(this.#layer, map, labels)}: ${mapHolds(this.#layer, map)}`),
    });
    /** What goes into the list. */
    this.element = h(
      'li',
      { class: 'stratum' },
      h('h4', {}, name),
      h('p', { class: 'dim' }, h('code', {}, layer.name), ` · ${shapeOf(layer)} · `, this.#range),
      explained ? null : h('p', { class: 'does' }, does(layer)),
      this.cells.element,
      this.#readout,
    );
  }

  /** @param {boolean} seen whether it is in sight: what nobody sees is not painted */
  set seen(seen) {
    this.#seen = seen;
    if (seen && !this.#painted) this.#paint();
  }

  /** @param {Layer} layer */
  show(layer) {
    this.#layer = layer;
    this.#painted = false;
    if (this.#seen) this.#paint();
  }

  /** @param {number} room width that there is */
  arrange(room) {
    this.#plan = plan(this.#layer.shape, room);
    const { columns, tile, size, zoom } = this.#plan;
    this.#image = new ImageData(...size);
    this.cells.layout({ count: this.#layer.shape[2], columns, cell: tile, gap: GAP, size });
    this.cells.element.style.width = `${size[0] * zoom}px`;
    this.#painted = false;
    if (this.#seen) this.#paint();
  }

  #paint() {
    if (!this.#plan || !this.#image) return;
    paintMaps(this.#image, this.#layer, this.#plan);
    this.cells.canvas.getContext('2d')?.putImageData(this.#image, 0, 0);
    this.#range.textContent = text('inside.range', { least: exact(this.#layer.min), most: exact(this.#layer.max) });
    this.cells.refresh();
    this.#painted = true;
  }
}

/** The list of all layers. */
export class Layers {
  /** @type {LayerView[]} */ #views = [];
  #structure = '';
  #width = 0;
  /** @type {(layer: number, map: number) => void} */ #open;
  #sight = new IntersectionObserver((entries) => this.#look(entries), { rootMargin: '200px' });

  /** @param {(layer: number, map: number) => void} open called for the map that shall be enlarged */
  constructor(open) {
    this.#open = open;
    /** What goes into the page. */
    this.element = h('ol', { class: 'strata' });
    new ResizeObserver(() => this.#arrange()).observe(this.element);
  }

  /**
   * @param {Layer[]} layers
   * @param {readonly string[]} labels of the classes, which the last layer's maps stand for
   */
  show(layers, labels) {
    const structure = JSON.stringify([labels, layers.map(({ name, kind, shape }) => [name, kind, shape])]);
    if (structure === this.#structure) {
      for (const [i, view] of this.#views.entries()) view.show(layers[i]);
      return;
    }
    this.#structure = structure;
    this.#sight.disconnect();
    const kinds = new Set();
    this.#views = layers.map((layer, i) => {
      const explained = kinds.has(layer.kind);
      kinds.add(layer.kind);
      return new LayerView(layer, i, explained, i === layers.length - 1 ? labels : null, this.#open);
    });
    this.element.replaceChildren(...this.#views.map(({ element }) => element));
    for (const { element } of this.#views) this.#sight.observe(element);
    this.#width = 0;
    this.#arrange();
  }

  /**
   * The view of a layer, to put something beside it.
   * @param {number} layer
   */
  view(layer) {
    return this.#views[layer];
  }

  #arrange() {
    const width = this.element.clientWidth;
    if (width === 0 || width === this.#width) return;
    this.#width = width;
    for (const view of this.#views) view.arrange(width);
  }

  /** @param {IntersectionObserverEntry[]} entries */
  #look(entries) {
    for (const { target, isIntersecting } of entries) {
      const view = this.#views.find(({ element }) => element === target);
      if (view) view.seen = isIntersecting;
    }
  }
}
