// The room about the networks: which there are, how good each is, and what goes on in the one in use.

import { Manifest } from '../manifest.js';
import { keeping } from '../offline/keeping.js';
import { h } from '../page/dom.js';
import { text } from '../page/text.js';
import { Card } from './card.js';
import { Engine } from './engine.js';

/**
 * What models.json says of a network, see internal/site/models.go.
 * @typedef {object} Network
 * @property {string} name
 * @property {number} parameters
 * @property {number} macs
 * @property {Accuracy | null} photos
 * @property {Accuracy | null} drawings
 * @property {string} [training] the report of the training, in the site
 * @property {string} [evaluation] the report of the evaluation
 * @property {string} [card] the model card
 */

/** Shares that are named correctly. @typedef {{n: number, top1: number, top1_interval: [number, number], cross_validated?: boolean}} Accuracy */

/**
 * @param {import('../page/page.js').Page} page
 * @param {HTMLElement} root
 */
export async function mount(page, root) {
  const manifest = await Manifest.read(page.base, false);
  const response = await fetch(manifest.find('models.json').url);
  if (!response.ok) throw new Error(`${response.url}: the server answers ${response.status}`);
  /** @type {{networks: Network[]}} */ const { networks } = await response.json();

  const choose = (/** @type {string} */ model) => page.set({ settings: { model } });
  const cards = networks.map((network) => new Card(network, manifest, choose, () => page.retry()));
  const title = h('h3', { id: 'networks-title' }, text('network.title'));
  const said = h('p', { class: 'unseen', role: 'status' });
  const engine = new Engine(page, manifest);
  root.append(
    title,
    h('p', { class: 'dim' }, text(manifest.packed ? 'network.packed' : 'network.hint')),
    h('div', { class: 'networks', role: 'radiogroup', 'aria-labelledby': title.id }, ...cards.map(({ element }) => element)),
    said,
    keeping(page, manifest),
    h('h3', {}, text('network.curious')),
    engine.element,
  );

  const show = () => {
    const used = page.classifier?.info.model ?? '';
    const wanted = page.coming?.name || used;
    for (const card of cards) card.show(card.name === used, card.name === wanted, page.coming);
  };
  let last = page.classifier?.info.model;
  page.on('classifier', (classifier) => {
    show();
    if (!classifier || classifier.info.model === last) return;
    last = classifier.info.model;
    said.textContent = text('network.takenOver', { name: last });
  });
  page.on('coming', show);
  show();
}
