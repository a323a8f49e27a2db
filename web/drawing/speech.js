// What is said about the drawing: to those who listen, and in a line on the sheet to those who look.

import { h } from '../page/dom.js';

/** Nothing is said before so long, in ms, without something newer: keys repeat faster than anyone listens. */
const PAUSE = 400;

/** A line stays for so long, in ms. */
const STAY = 4000;

export class Speech {
  #heard = h('p', { class: 'unseen', 'aria-live': 'polite', id: 'drawing-said' });
  #seen = h('p', { class: 'aside', role: 'status' });
  #pause = 0;
  #stay = 0;

  /** @param {HTMLElement} sheet */
  constructor(sheet) {
    sheet.append(this.#heard, this.#seen);
  }

  /**
   * Says it at once.
   * @param {string} sentence
   */
  say(sentence) {
    clearTimeout(this.#pause);
    this.#heard.textContent = sentence;
  }

  /**
   * Says it when nothing newer comes.
   * @param {string} sentence
   */
  murmur(sentence) {
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => this.say(sentence), PAUSE);
  }

  /**
   * Says it and shows it for a while.
   * @param {string} sentence
   */
  show(sentence) {
    this.#seen.textContent = sentence;
    clearTimeout(this.#stay);
    this.#stay = setTimeout(() => (this.#seen.textContent = ''), STAY);
  }

  /** Takes away what is shown. */
  hush() {
    this.#seen.textContent = '';
  }
}
