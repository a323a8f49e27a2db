// A line that tells what came of something, for the eye and for screen readers, with room for what can be done about it.

import { h } from '../page/dom.js';
import { text } from '../page/text.js';
import { Fault } from './fault.js';

export class Notice {
  #words = h('p', { role: 'status' });
  #more = h('div', { class: 'notice-more' });
  #fault = false;
  /** How often something was said. */
  times = 0;
  root = h('div', { class: 'notice' }, this.#words, this.#more);

  /** The sentence that stands there. */
  get said() {
    return this.#words.textContent ?? '';
  }

  /**
   * @param {string} sentence '' for none
   * @param {...Node} more what can be done about it
   */
  say(sentence, ...more) {
    this.#fault = false;
    if (sentence) this.times++;
    // A screen reader would read again what is set again.
    if (this.#words.textContent !== sentence) this.#words.textContent = sentence;
    this.#more.replaceChildren(...more);
  }

  /**
   * Says what went wrong; what is no Fault should not have happened, and is the developers' affair as well.
   * @param {unknown} error
   * @param {...Node} more
   */
  apologise(error, ...more) {
    if (!(error instanceof Fault)) console.error(error);
    this.say(sentenceOf(error), ...more);
    this.#fault = true;
  }

  /** Takes away what is past; what went wrong stays. */
  forget() {
    if (!this.#fault) this.say('');
  }
}

/** @param {unknown} error */
export const sentenceOf = (error) => text(`keep.fault.${error instanceof Fault ? error.code : 'other'}`);
