// The room in which a visitor sees what the network sees: how the drawing gets into its 28×28 pixels, and what every layer
// makes of them.

import { bequeath, h } from '../page/dom.js';
import { orNothing, whileSeen } from '../page/seen.js';
import { text } from '../page/text.js';
import { Fitting } from './fitting.js';
import { glow, words } from './glow.js';
import { Layers } from './layers.js';
import { Magnifier } from './magnifier.js';
import { Pixels } from './pixels.js';

/**
 * @typedef {import('./montage.js').Layer} Layer
 * @typedef {import('../croquis.js').Classifier} Classifier
 */

/**
 * @param {import('../page/page.js').Page} page
 * @param {HTMLElement} root
 */
export function mount(page, root) {
  const fitting = new Fitting();
  const pixels = new Pixels();
  const arrow = h('span', { class: 'arrow', 'aria-hidden': 'true' }, '→');
  const empty = h('p', { class: 'dim' }, text('inside.empty'));
  const maps = new Maps(page);
  root.append(
    h('h3', {}, text('inside.step')),
    h('div', { class: 'steps' }, fitting.element, arrow, pixels.element),
    h('h3', {}, text('inside.layers')),
    h('p', { class: 'dim' }, text('inside.hint')),
    legend(),
    empty,
    maps.element,
  );
  const update = whileSeen(page, 'inside', root, async () => {
    const { answer, classifier } = page;
    const input = page.input();
    // A photo comes as it is.
    fitting.element.hidden = arrow.hidden = page.picture !== null;
    if (!page.picture) fitting.show(page.drawing.all, answer?.fit ?? null);
    if (answer) pixels.show(answer.image);
    else pixels.clear();
    const seen = answer && input && classifier ? await orNothing(classifier.inside(input)) : null;
    if (seen && answer) maps.show(seen.layers, answer.image);
    const there = Boolean(seen) || Boolean(answer && input);
    empty.hidden = there;
    bequeath(maps.element, root, () => (maps.element.hidden = !there));
  });
  page.on('answer', update);
  page.on('classifier', () => {
    maps.forget(root);
    update();
  });
}

/** The maps of all layers, and the one that is enlarged. */
class Maps {
  /** @type {import('../page/page.js').Page} */ #page;
  /** @type {Layer[]} */ #now = [];
  /** What the first of them looks at. @type {Uint8Array} */ #image = new Uint8Array();
  /** @type {Map<string, import('./filter.js').Filters>} */ #filters = new Map();
  #layers = new Layers((layer, map) => this.#open(layer, map));
  #magnifier = new Magnifier({
    filtersOf: (layer) => this.#filtersOf(layer),
    turn: (map) => this.#turn(map),
    close: () => this.#close(),
  });

  /** @param {import('../page/page.js').Page} page */
  constructor(page) {
    this.#page = page;
    this.element = this.#layers.element;
  }

  get #labels() {
    return this.#page.classifier?.info.labels ?? [];
  }

  /**
   * @param {Layer[]} layers
   * @param {Uint8Array} image that the network saw
   */
  show(layers, image) {
    this.#now = layers;
    this.#image = image;
    this.#layers.show(layers, this.#labels);
    if (this.#magnifier.element.isConnected) this.#magnifier.update(layers, image);
  }

  /**
   * Another network has other filters.
   * @param {HTMLElement} panel gets the focus, if the enlarged map had it
   */
  forget(panel) {
    this.#filters.clear();
    bequeath(this.#magnifier.element, panel, () => this.#magnifier.element.remove());
  }

  /**
   * @param {number} layer
   * @param {number} map
   */
  #open(layer, map) {
    this.#layers.view(layer).element.append(this.#magnifier.element);
    void this.#magnifier.open(this.#now, this.#image, this.#labels, layer, map);
    this.#magnifier.element.focus();
  }

  /** @param {number} map */
  #turn(map) {
    const layer = this.#magnifier.layer;
    this.#layers.view(layer).cells.current = map;
    void this.#magnifier.open(this.#now, this.#image, this.#labels, layer, map);
  }

  #close() {
    this.#magnifier.element.remove();
    this.#layers.view(this.#magnifier.layer).cells.element.focus();
  }

  /** @param {string} layer */
  async #filtersOf(layer) {
    const { classifier } = this.#page;
    const kept = this.#filters.get(layer);
    if (kept || !classifier?.info.layers.find(({ name }) => name === layer)?.filter) return kept ?? null;
    const filters = await orNothing(classifier.filters(layer));
    if (filters && classifier === this.#page.classifier) this.#filters.set(layer, filters);
    return filters;
  }
}

/** What the colours mean. */
function legend() {
  const shades = 101;
  const canvas = h('canvas', { width: shades, height: 1, 'aria-hidden': 'true' });
  const image = new ImageData(shades, 1);
  const pixels = words(image);
  for (let i = 0; i < shades; i++) pixels[i] = glow((2 * i) / (shades - 1) - 1);
  canvas.getContext('2d')?.putImageData(image, 0, 0);
  return h('p', { class: 'glow-legend' }, h('span', {}, text('inside.below')), canvas, h('span', {}, text('inside.above')));
}
