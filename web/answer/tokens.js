// The garments that ride on the slices of the pie, so that nobody has to tell slices by their colours.

import { h } from '../page/dom.js';
import { icon } from './wardrobe.js';

/** A narrower slice has no room for a token. */
const ROOM = 0.07;

export class Tokens {
  /** @type {HTMLElement} */ #layer;
  /** @type {Map<number, HTMLElement>} */ #tokens = new Map();

  /** @param {HTMLElement} layer on top of the pie */
  constructor(layer) {
    this.#layer = layer;
  }

  /**
   * @param {import('./shares.js').Share[]} shares none for no pie
   * @param {readonly string[]} colours of the classes, in whose order the slices go round
   * @param {boolean} eased whether they get there by and by
   */
  show(shares, colours, eased) {
    this.#layer.toggleAttribute('data-stiff', !eased);
    const gone = new Set(this.#tokens.keys());
    let before = 0;
    for (const share of shares.filter(({ index }) => index >= 0).sort((a, b) => a.index - b.index)) {
      if (share.probability >= ROOM) {
        this.#place(share, before + share.probability / 2, colours[share.index]);
        gone.delete(share.index);
      }
      before += share.probability;
    }
    for (const index of gone) this.#tokens.get(index)?.setAttribute('data-gone', '');
  }

  /**
   * @param {import('./shares.js').Share} share
   * @param {number} turn from the top, clockwise
   * @param {string | undefined} colour
   */
  #place({ index, name }, turn, colour) {
    let token = this.#tokens.get(index);
    if (!token) {
      token = h('span', { class: 'token' }, icon(name));
      this.#tokens.set(index, token);
      this.#layer.append(token);
    }
    token.style.setProperty('--turn', `${turn.toFixed(4)}turn`);
    token.style.setProperty('--colour', colour ?? 'currentColor');
    token.removeAttribute('data-gone');
  }
}
