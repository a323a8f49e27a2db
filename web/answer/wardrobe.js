// The garments that the network knows, as small drawings that fill with colour as they become likely.

import { h, icon as symbol } from '../page/dom.js';
import { labelOf, text } from '../page/text.js';

/**
 * Fashion-MNIST's labels, and the symbols of index.html that stand for them.
 * @type {Record<string, string>}
 */
const symbols = {
  'T-shirt/top': 't-shirt',
  Trouser: 'trouser',
  Pullover: 'pullover',
  Dress: 'dress',
  Coat: 'coat',
  Sandal: 'sandal',
  Shirt: 'shirt',
  Sneaker: 'sneaker',
  Bag: 'bag',
  'Ankle boot': 'ankle-boot',
};

/**
 * The small drawing of a class.
 * @param {string} label
 * @returns {SVGSVGElement | null} null for a class that has none
 */
export const icon = (label) => (Object.hasOwn(symbols, label) ? symbol(symbols[label]) : null);

export class Wardrobe {
  /** @type {HTMLElement} */ #list;
  /** @type {HTMLButtonElement[]} */ #garments = [];
  #labels = '';

  /**
   * @param {HTMLElement} list
   * @param {(index: number) => void} choose called with a class
   */
  constructor(list, choose) {
    this.#list = list;
    this.labels(Object.keys(symbols));
    list.addEventListener('click', ({ target }) => {
      choose(this.#garments.findIndex((garment) => target instanceof Node && garment.contains(target)));
    });
  }

  /** @param {string[]} labels of the classes, in order */
  labels(labels) {
    if (this.#labels === labels.join()) return;
    this.#labels = labels.join();
    this.#garments = labels.map((label) => {
      // Broken after the slash and nowhere else: in a narrow column "T-" would stand alone.
      const name = labelOf(label).replaceAll('-', '\u2011').replaceAll('/', '/\u200b');
      return h('button', { type: 'button', 'aria-pressed': 'false', title: text('answer.choose', { label: labelOf(label) }) }, icon(label), h('span', {}, name));
    });
    this.#list.replaceChildren(...this.#garments.map((garment) => h('li', {}, garment)));
  }

  /**
   * @param {ArrayLike<number> | null} probabilities of the classes in order, null for none
   * @param {number} best the class that the drawing is said to be, −1 for none
   * @param {number} chosen the class that is chosen, −1 for none
   */
  show(probabilities, best, chosen) {
    for (const [i, garment] of this.#garments.entries()) {
      // In whole hundredths, so that most garments stay as they are, and unpainted, from answer to answer.
      garment.querySelector('svg')?.style.setProperty('--share', (probabilities?.[i] ?? 0).toFixed(2));
      garment.toggleAttribute('data-best', i === best);
      garment.setAttribute('aria-pressed', String(i === chosen));
    }
  }
}
