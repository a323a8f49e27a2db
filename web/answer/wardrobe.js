// The garments that the network knows, as small drawings that fill with colour as they become likely.

import { icon as symbol } from '../page/dom.js';
import { labelOf } from '../page/text.js';

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
  /** @type {HTMLElement[]} */ #items = [];

  /** @param {HTMLElement} list */
  constructor(list) {
    this.#list = list;
    this.labels(Object.keys(symbols));
  }

  /** @param {string[]} labels of the classes, in order */
  labels(labels) {
    this.#items = labels.map((label) => {
      const item = document.createElement('li');
      const name = document.createElement('span');
      // Broken after the slash and nowhere else: in a narrow column "T-" would stand alone.
      name.textContent = labelOf(label).replaceAll('-', '\u2011').replaceAll('/', '/\u200b');
      item.append(...[icon(label), name].filter((node) => node !== null));
      return item;
    });
    this.#list.replaceChildren(...this.#items);
  }

  /**
   * @param {ArrayLike<number> | null} probabilities of the classes in order, null for none
   * @param {number} best the class that the drawing is said to be, −1 for none
   */
  show(probabilities, best) {
    for (const [i, item] of this.#items.entries()) {
      item.style.setProperty('--share', String(probabilities?.[i] ?? 0));
      item.toggleAttribute('data-best', i === best);
    }
  }
}
