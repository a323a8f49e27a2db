// The choice of the class whose reasons are shown: the likeliest, whichever that is, or one of the other four.

import { NAMED } from '../answer/shares.js';
import { h } from '../page/dom.js';
import { labelOf, percent, text } from '../page/text.js';

/** One choice: a radio button, the class, and how likely it is. */
class Choice {
  #input;
  #share = h('span', { class: 'dim' });

  /**
   * @param {string} name
   * @param {number} index
   * @param {(index: number) => void} choose
   */
  constructor(name, index, choose) {
    this.#input = h('input', { type: 'radio', name: 'why-class', value: index, onchange: () => choose(index) });
    this.element = h('label', { class: 'why-choice' }, this.#input, h('span', {}, name), this.#share);
  }

  /**
   * @param {string} share
   * @param {boolean} checked
   * @param {boolean} offered
   */
  show(share, checked, offered) {
    this.#share.textContent = share;
    this.#input.checked = checked;
    // What somebody is about to choose does not vanish under the hand.
    this.element.hidden = !offered && !checked && document.activeElement !== this.#input;
  }
}

export class Classes {
  /** @type {Choice[]} */ #choices = [];
  /** @type {Choice | null} */ #best = null;
  #labels = '';
  /** @type {(index: number) => void} */ #choose;

  /** @param {(index: number) => void} choose called with a class, −1 for the likeliest */
  constructor(choose) {
    this.#choose = choose;
    /** What goes into the page. */
    this.element = h('fieldset', { class: 'why-choices' }, h('legend', {}, text('why.for')));
  }

  /**
   * @param {import('../croquis.js').Answer} answer
   * @param {readonly string[]} labels
   * @param {number} chosen
   */
  show(answer, labels, chosen) {
    if (labels.join() !== this.#labels) this.#build(labels);
    const [best, ...others] = answer.top.slice(0, NAMED);
    this.#best?.show(`${labelOf(best.label)} ${percent(best.probability)}`, chosen < 0, true);
    const offered = new Set(others.map(({ index }) => index));
    // In the order of the classes, so that none moves while somebody draws.
    for (const [i, choice] of this.#choices.entries()) choice.show(percent(answer.probabilities?.[i] ?? 0), i === chosen, offered.has(i));
  }

  /** @param {readonly string[]} labels */
  #build(labels) {
    this.#labels = labels.join();
    this.#best = new Choice(text('why.likeliest'), -1, this.#choose);
    this.#choices = labels.map((label, i) => new Choice(labelOf(label), i, this.#choose));
    this.element.replaceChildren(this.element.children[0], this.#best.element, ...this.#choices.map(({ element }) => element));
  }
}
