// The sketchbook's room: past drawings as cards, newest first.

import { h, isOff, turn } from '../page/dom.js';
import { text } from '../page/text.js';
import { Card } from './card.js';
import { Fault } from './fault.js';
import { importFile, saveAll } from './files.js';
import { Notice, sentenceOf } from './notice.js';
import { put } from './sheet.js';
import { sketchbook } from './sketchbook.js';

/** Cards that are laid out at once; a button lays out as many more. */
const HANDFUL = 48;

/** @typedef {import('./sketchbook.js').Entry} Entry */

/**
 * @param {import('../page/page.js').Page} page
 * @param {HTMLElement} root
 */
export async function mount(page, root) {
  await new Shelf(page, root).refresh();
}

class Shelf {
  /** @type {import('../page/page.js').Page} */ #page;
  /** What came of what the visitor did. */
  #notice = new Notice();
  /** What is wrong with the browser's database, for as long as it is. */
  #trouble = new Notice();
  #count = h('p', { class: 'book-count' });
  #list = h('ul', { class: 'book' });
  #more = h('button', { type: 'button', onclick: () => this.#layMore() }, text('keep.more'));
  #export = h('button', { type: 'button', id: 'shelf-export', onclick: () => this.#try(() => this.#exportAll()) }, text('keep.export'));
  #deleteAll = h('button', { type: 'button', id: 'shelf-delete', onclick: () => this.#remove(this.#entries) }, text('keep.deleteAll'));
  /** @type {Entry[]} */ #entries = [];
  /** @type {Map<number, Card>} */ #cards = new Map();
  #laid = HANDFUL;
  #stale = false;

  /**
   * @param {import('../page/page.js').Page} page
   * @param {HTMLElement} root
   */
  constructor(page, root) {
    this.#page = page;
    const file = h('input', { type: 'file', id: 'shelf-file', accept: '.ndjson,.svg', class: 'unseen' });
    file.addEventListener('change', () => {
      const [chosen] = file.files ?? [];
      if (chosen) void this.#try(async () => this.#notice.say(await importFile(page, chosen)));
      file.value = '';
    });
    const importer = h('label', { class: 'keep-file' }, file, h('span', {}, text('keep.import')));
    root.append(h('div', { class: 'book-head' }, this.#count, this.#export, importer, this.#deleteAll), this.#trouble.root, this.#notice.root, this.#list, this.#more);

    // Where a drawing is deleted, the next one's button gets the focus: Enter that is still held is not meant for that.
    root.addEventListener('keydown', (event) => {
      if (event.repeat && event.key === 'Enter' && event.target instanceof HTMLButtonElement) event.preventDefault();
    });
    sketchbook.addEventListener('change', () => this.#changed());
    sketchbook.addEventListener('lost', () => {
      if (page.tab === 'sketchbook') this.#notice.apologise(new Fault('store-lost', 'the database went away'));
    });
    page.on('tab', () => this.#stale && this.#changed());
  }

  #changed() {
    this.#stale = this.#page.tab !== 'sketchbook';
    if (!this.#stale) void this.refresh();
  }

  /** Shows what the sketchbook holds now. */
  async refresh() {
    const { entries, fault } = await sketchbook.all();
    this.#entries = entries;
    this.#trouble.say(fault ? sentenceOf(fault) : '');
    this.#count.textContent = entries.length > 0 ? text('keep.count', { count: entries.length }) : text('keep.empty');
    turn(this.#export, entries.length === 0);
    turn(this.#deleteAll, entries.length === 0);
    this.#layOut(this.#laid);
  }

  /** @param {number} most cards */
  #layOut(most) {
    this.#laid = most;
    const shown = this.#entries.slice(0, most);
    const ids = new Set(shown.map(({ id }) => id));
    for (const [id, card] of this.#cards) {
      if (ids.has(id)) continue;
      card.root.remove();
      this.#cards.delete(id);
    }
    // What stays is not moved, so that it keeps the focus.
    for (const [i, entry] of shown.entries()) {
      const card = this.#card(entry);
      if (this.#list.children[i] !== card.root) this.#list.insertBefore(card.root, this.#list.children[i] ?? null);
    }
    this.#more.hidden = this.#entries.length <= most;
  }

  /** Lays out more cards, and goes on at the first of them. */
  #layMore() {
    const before = this.#laid;
    this.#layOut(before + HANDFUL);
    const fresh = this.#entries[before];
    if (fresh) this.#cards.get(fresh.id)?.handle.focus({ preventScroll: true });
  }

  /** @param {Entry} entry */
  #card(entry) {
    let card = this.#cards.get(entry.id);
    if (card) card.show(entry);
    else {
      card = new Card(entry, {
        open: (strokes) => this.#try(() => this.#open(strokes)),
        rename: (of, name) => this.#rename(of, name),
        remove: (of) => this.#remove([of]),
      });
      this.#cards.set(entry.id, card);
    }
    return card;
  }

  /** @param {readonly import('../drawing/stroke.js').Stroke[]} strokes */
  async #open(strokes) {
    this.#notice.say(await put(this.#page, strokes, text('keep.taken')));
    // The sheet is at the top, and this room may be far below it.
    scrollTo({ top: 0, behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth' });
  }

  /**
   * @param {Entry} entry
   * @param {string} name
   */
  async #rename(entry, name) {
    const fault = await sketchbook.rename(entry, name);
    if (fault) this.#notice.apologise(fault);
    return !fault;
  }

  #exportAll() {
    if (!isOff(this.#export)) this.#notice.say(saveAll(this.#entries));
  }

  /** @param {readonly Entry[]} entries */
  async #remove(entries) {
    if (entries.length === 0) return;
    await this.#try(async () => {
      const next = this.#neighbour(entries);
      const fault = await sketchbook.remove(entries);
      if (fault) {
        this.#notice.apologise(fault);
        return;
      }
      const undo = h('button', { type: 'button', id: 'shelf-undo' }, text('keep.undoDelete'));
      undo.addEventListener('click', () => this.#restore(entries));
      this.#notice.say(text('keep.deleted', { count: entries.length }), undo);
      await this.refresh();
      (next ?? undo).focus();
    });
  }

  /** @param {readonly Entry[]} entries */
  async #restore(entries) {
    await this.#try(async () => {
      const fault = await sketchbook.restore(entries);
      // The button that has the focus goes.
      this.#deleteAll.focus();
      this.#notice.say(fault ? sentenceOf(fault) : text('keep.restored', { count: entries.length }));
    });
  }

  /**
   * Where the focus goes when a card goes: to the next one, or the one before.
   * @param {readonly Entry[]} entries
   * @returns {HTMLElement | null}
   */
  #neighbour(entries) {
    if (entries.length !== 1) return null;
    const at = this.#entries.findIndex(({ id }) => id === entries[0].id);
    const next = this.#entries[at + 1] ?? this.#entries[at - 1];
    return (next && this.#cards.get(next.id)?.handle) ?? null;
  }

  /** @param {() => void | Promise<void>} act */
  async #try(act) {
    try {
      await act();
    } catch (error) {
      this.#notice.apologise(error);
    }
  }
}
