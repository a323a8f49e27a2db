// One drawing of the sketchbook.

import { h, svg } from '../page/dom.js';
import { MAC } from '../page/system.js';
import { labelOf, percent, text } from '../page/text.js';
import { soundly } from './codec.js';
import { thumbnail } from './thumbnail.js';

/** @typedef {import('./sketchbook.js').Entry} Entry */
/** @typedef {import('../drawing/stroke.js').Stroke} Stroke */

/** As on the sheet. */
const DELETES = MAC ? ['Delete', 'Backspace'] : ['Delete'];

/**
 * What can be done with it.
 * @typedef {object} Deeds
 * @property {(strokes: readonly Stroke[]) => void} open
 * @property {(entry: Entry, name: string) => Promise<boolean>} rename says whether it could
 * @property {(entry: Entry) => void} remove
 */

export class Card {
  /** @type {Entry} */ #entry;
  /** @type {HTMLInputElement} */ #name;
  /** @type {HTMLElement} */ #picture;
  /** The drawing's name, or the one that it is about to get. */ #given = '';
  #loose = h('p', { class: 'card-loose' }, text('keep.loose'));

  /**
   * @param {Entry} entry
   * @param {Deeds} deeds
   */
  constructor(entry, deeds) {
    this.#entry = entry;
    this.#name = h('input', { type: 'text', class: 'card-name', maxlength: 80, 'aria-label': text('keep.name'), autocomplete: 'off', spellcheck: 'false' });
    const rename = async () => {
      const name = (this.#name.value = this.#name.value.trim());
      if (name === this.#given) return;
      this.#given = name;
      if (!(await deeds.rename(this.#entry, name))) this.#given = this.#entry.name; // so that the same name can be tried again
    };
    // Enter is a change, too, in most browsers, and comes before the new name is kept.
    this.#name.addEventListener('change', rename);
    this.#name.addEventListener('keydown', ({ key }) => {
      if (key === 'Enter') void rename();
      else if (key === 'Escape') this.#name.value = this.#entry.name;
    });
    this.#picture = this.#drawn(deeds);
    const bin = svg('svg', { viewBox: '0 0 24 24', 'aria-hidden': 'true' }, svg('path', { d: 'M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10.500 11v5M13.500 11v5' }));
    const remove = h('button', { type: 'button', class: 'card-delete', title: text('keep.delete'), onclick: () => deeds.remove(this.#entry) }, bin);
    this.root = h('li', { class: 'card' }, this.#picture, this.#name, remove, this.#about(), this.#loose);
    this.root.addEventListener('keydown', (event) => {
      if (!DELETES.includes(event.key) || event.target === this.#name || event.repeat) return;
      if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      deeds.remove(this.#entry);
    });
    /** Where the focus goes when a neighbour goes. @type {HTMLElement} */
    this.handle = remove;
    this.show(entry);
  }

  /** @param {Entry} entry the same drawing, perhaps under another name */
  show(entry) {
    this.#entry = entry;
    this.#given = entry.name;
    const title = this.#title();
    if (document.activeElement !== this.#name) this.#name.value = entry.name;
    this.#name.placeholder = title;
    this.#loose.hidden = entry.id > 0;
    this.#picture.setAttribute('aria-label', text('keep.openNamed', { name: entry.name || title }));
    this.handle.setAttribute('aria-label', text('keep.deleteNamed', { name: entry.name || title }));
  }

  #title() {
    const { answer } = this.#entry;
    if (!answer) return text('keep.untitled');
    return text(`keep.title.${answer.verdict}`, { label: labelOf(answer.label) });
  }

  /**
   * The picture, which opens the drawing; a sentence where it cannot be read.
   * @param {Deeds} deeds
   * @returns {HTMLElement}
   */
  #drawn(deeds) {
    const strokes = soundly(this.#entry.bytes);
    if (!strokes) return h('p', { class: 'card-damaged' }, text('keep.damaged'));
    return h('button', { type: 'button', class: 'card-open', onclick: () => deeds.open(strokes) }, thumbnail(strokes));
  }

  #about() {
    const { answer, network, made } = this.#entry;
    const year = new Date(made).getFullYear() === new Date().getFullYear() ? undefined : 'numeric';
    const format = new Intl.DateTimeFormat(document.documentElement.lang, { year, month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit' });
    const said = answer && text(`keep.answer.${answer.verdict}`, { label: labelOf(answer.label), percent: percent(answer.probability), network });
    return h('p', { class: 'card-about' }, said && h('span', {}, said), h('time', { datetime: new Date(made).toISOString() }, format.format(made)));
  }
}
