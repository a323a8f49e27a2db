// One network to choose, with what was measured of it.

import { bequeath, h } from '../page/dom.js';
import { hasText, megabytes, number, percent, text } from '../page/text.js';

export class Card {
  #radio;
  #state = h('p', { class: 'network-state' });
  #again;

  /**
   * @param {import('./network.js').Network} network
   * @param {import('../manifest.js').Manifest} manifest
   * @param {(name: string) => void} choose
   * @param {() => void} retry
   */
  constructor(network, manifest, choose, retry) {
    const { name, photos, drawings, parameters, macs } = network;
    this.name = name;
    this.#again = h('button', { type: 'button', onclick: retry }, text('network.retry'));
    const about = hasText(`network.about.${name}`) ? `network.about.${name}` : 'network.about.other';
    const told = `network-${name}`;
    this.#radio = h('input', { type: 'radio', name: 'network', value: name, 'aria-describedby': told, onchange: () => choose(name) });
    const size = manifest.has(`model/${name}.json`) ? manifest.sent(`model/${name}.json`) : 0;
    this.element = h(
      'div',
      { class: 'network' },
      h('div', { class: 'network-head' }, h('label', {}, this.#radio, h('strong', {}, name)), this.#state),
      h('p', { id: told, class: 'dim' }, text(about)),
      accuracy(text('network.photos'), photos),
      accuracy(text('network.drawings'), drawings),
      h(
        'dl',
        { class: 'network-facts' },
        ...fact(manifest.packed ? 'network.size' : 'network.download', text('network.megabytes', { size: megabytes(size) })),
        ...fact('network.weights', number(parameters)),
        ...fact('network.products', text('network.millions', { millions: number(macs / 1e6, { maximumFractionDigits: 1 }) })),
      ),
      links(network, manifest),
    );
  }

  /**
   * @param {boolean} used whether it answers
   * @param {boolean} wanted whether it is chosen, and perhaps on its way
   * @param {import('../page/page.js').Page['coming']} coming
   */
  show(used, wanted, coming) {
    this.#radio.checked = wanted;
    this.element.toggleAttribute('data-used', used);
    const mine = coming?.name === this.name ? coming : null;
    const failed = mine !== null && mine.failure !== null;
    if (failed && this.#again.isConnected) return; // the button keeps the focus
    bequeath(this.#again, this.#radio, () => {
      if (failed) {
        this.#state.replaceChildren(text('network.failed'), ' ', this.#again);
      } else if (mine) {
        const share = mine.total > 0 ? mine.loaded / mine.total : 0;
        this.#state.replaceChildren(text('network.coming', { share: number(share, { style: 'percent' }) }));
      } else {
        this.#state.replaceChildren(used ? text('network.inUse') : '');
      }
    });
  }
}

/**
 * A share as a number and as a bar.
 * @param {string} label
 * @param {import('./network.js').Accuracy | null} figure
 */
function accuracy(label, figure) {
  if (!figure) return h('p', { class: 'accuracy' }, h('span', {}, label), h('b', {}, text('network.unmeasured')));
  const { n, top1, top1_interval: [low, high], cross_validated: crossValidated } = figure;
  const bar = h('span', { class: 'accuracy-bar', 'aria-hidden': 'true' });
  bar.style.setProperty('--share', String(top1));
  const interval = text(crossValidated ? 'network.crossvalidated' : 'network.interval', { low: percent(low), high: percent(high), n });
  return h('p', { class: 'accuracy' }, h('span', {}, label), h('b', {}, percent(top1)), bar, h('small', {}, interval));
}

/**
 * @param {string} key
 * @param {string} value
 * @returns {HTMLElement[]}
 */
export const fact = (key, value) => [h('dt', {}, text(key)), h('dd', {}, value)];

/**
 * What there is to read about a network. A page in a single file has none of it.
 * @param {import('./network.js').Network} network
 * @param {import('../manifest.js').Manifest} manifest
 */
function links({ name, training, evaluation, card }, manifest) {
  const papers = /** @type {const} */ ([['training', training], ['evaluation', evaluation], ['card', card]]);
  const there = papers.filter(([, file]) => file && manifest.has(file) && !manifest.packed);
  if (there.length === 0) return null;
  return h(
    'ul',
    { class: 'network-papers' },
    ...there.map(([kind, file]) => {
      const { url } = manifest.find(/** @type {string} */ (file));
      return h('li', {}, h('a', { href: url, 'aria-label': text('network.paperOf', { paper: text(`network.${kind}`), name }) }, text(`network.${kind}`)));
    }),
  );
}
