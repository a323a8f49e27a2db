// The room that says why: which strokes, and which places of the picture, speak for a class.

import { Spoken } from '../answer/spoken.js';
import { bequeath, h } from '../page/dom.js';
import { orNothing, whileSeen } from '../page/seen.js';
import { labelOf, text } from '../page/text.js';
import { Classes } from './classes.js';
import { Copy } from './copy.js';
import { Heat, hottest } from './heat.js';
import { lines, marks } from './legend.js';
import { List } from './list.js';
import { look } from './look.js';
import { LITTLE, reasons, verdict, weightiest } from './reasons.js';

/**
 * @typedef {import('../croquis.js').Classifier} Classifier
 * @typedef {import('../croquis.js').Answer} Answer
 */

/**
 * @param {import('../page/page.js').Page} page
 * @param {HTMLElement} root
 */
export function mount(page, root) {
  const room = new Room(page, root);
  root.append(room.element);
  // Also while the room is out of sight: the sheet shows what it says.
  const update = whileSeen(page, 'why', document.documentElement, () => room.update());
  room.onchange = update;
  page.on('answer', update);
  page.on('chosen', update);
  // The sheet shows what this room says only while it is open.
  page.on('tab', (tab) => (tab === 'why' ? update() : page.set({ looks: null })));
}

class Room {
  /** @type {import('../page/page.js').Page} */ #page;
  /** Called when the visitor has chosen something here. */
  onchange = () => {};
  #classes;
  #copy = new Copy();
  #list = new List((stroke) => this.#copy.point(stroke));
  #heat = new Heat();
  #sentence = h('p', { class: 'why-verdict' });
  #region = h('p', { class: 'unseen', 'aria-live': 'polite' });
  #spoken = new Spoken(this.#region);
  #empty = h('p', { class: 'dim' }, text('why.empty'));
  #places = h('input', { type: 'radio', name: 'why-view', value: 'heat', onchange: () => this.onchange() });
  #lines = h('input', { type: 'radio', name: 'why-view', value: 'strokes', checked: true, onchange: () => this.onchange() });
  #views = h(
    'fieldset',
    { class: 'why-choices' },
    h('legend', {}, text('why.view')),
    h('label', { class: 'why-choice' }, this.#lines, h('span', {}, text('why.viewStrokes'))),
    h('label', { class: 'why-choice' }, this.#places, h('span', {}, text('why.viewHeat'))),
  );
  #strokesView = h('div', { class: 'why-strokes' }, h('div', {}, this.#copy.element, lines()), this.#list.element);
  #heatView = h('div', { class: 'why-heat' }, this.#heat.element, marks());
  #content;

  /** Gets the focus when there is nothing to say any more. @type {HTMLElement} */ #panel;

  /**
   * @param {import('../page/page.js').Page} page
   * @param {HTMLElement} panel
   */
  constructor(page, panel) {
    this.#page = page;
    this.#panel = panel;
    this.#classes = new Classes((chosen) => page.set({ chosen }));
    this.#content = h('div', { class: 'why' }, this.#classes.element, this.#views, this.#sentence, this.#strokesView, this.#heatView);
    /** What goes into the page. */
    this.element = h('div', {}, this.#empty, this.#content, this.#region);
  }

  /** Shows the reasons for what there is now. */
  async update() {
    const { answer, classifier, chosen, picture } = this.#page;
    const input = this.#page.input();
    const there = answer && input && classifier;
    this.#empty.hidden = Boolean(there);
    bequeath(this.#content, this.#panel, () => (this.#content.hidden = !there));
    if (!there) {
      this.#page.set({ looks: null });
      this.#spoken.say('');
      return;
    }
    const { labels } = classifier.info;
    const index = chosen >= 0 && chosen < labels.length ? chosen : answer.top[0].index;
    this.#classes.show(answer, labels, chosen);
    // A photo has no strokes.
    const places = picture !== null || this.#places.checked;
    this.#views.hidden = picture !== null;
    this.#strokesView.hidden = places;
    this.#heatView.hidden = !places;
    await (places ? this.#showPlaces(classifier, input, answer, index) : this.#showStrokes(classifier, answer, index));
  }

  /**
   * @param {Classifier} classifier
   * @param {import('../croquis.js').Strokes | Float32Array} input
   * @param {Answer} answer
   * @param {number} index of the class
   */
  async #showPlaces(classifier, input, answer, index) {
    this.#page.set({ looks: null });
    const heat = await orNothing(classifier.heat(input, index));
    if (!heat) return;
    this.#heat.show(answer.image, heat.values);
    this.#say(hottest(heat.values, labelOf(classifier.info.labels[index]), LITTLE));
  }

  /**
   * @param {Classifier} classifier
   * @param {Answer} answer
   * @param {number} index of the class
   */
  async #showStrokes(classifier, answer, index) {
    const strokes = this.#page.drawing.all;
    const why = await orNothing(classifier.why(strokes, index));
    if (!why) return;
    const all = reasons(strokes, why);
    const { stroke } = weightiest(all);
    const rest = await orNothing(classifier.classify(strokes.filter((_, i) => i !== stroke)));
    const shares = all.map(({ share }) => share);
    this.#copy.show(strokes, shares);
    this.#list.show(all);
    if (this.#page.tab === 'why') this.#page.set({ looks: shares.map(look) });
    const label = classifier.info.labels[index];
    this.#say(verdict({ label, probability: why.probability, likeliest: answer.top[0].index === index, reasons: all, rest }));
  }

  /** @param {string} sentence */
  #say(sentence) {
    this.#sentence.textContent = sentence;
    this.#spoken.say(sentence);
  }
}
