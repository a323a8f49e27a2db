// What the network says, in all its forms: the words, the pie, the table, the wardrobe, and a sentence to listen to.

import { Manifest } from '../manifest.js';
import { shares } from './shares.js';
import { Table } from './table.js';
import { percent, text } from '../page/text.js';
import { icon, Wardrobe } from './wardrobe.js';

/** A screen reader gets an answer when it has stood for so long, in ms: in between nobody could listen. */
const SETTLED = 900;

/**
 * @template {Element} T
 * @param {string} id
 * @returns {T}
 */
const $ = (id) => /** @type {T} */ (/** @type {unknown} */ (document.getElementById(id)));

export class Result {
  /** @type {HTMLElement} */ #panel = $('result');
  /** @type {HTMLElement} */ #icon = $('icon');
  /** @type {HTMLElement} */ #headline = $('headline');
  /** @type {HTMLElement} */ #detail = $('detail');
  /** @type {HTMLElement} */ #took = $('took');
  /** @type {HTMLElement} */ #spoken = $('spoken');
  #table = new Table($('table'));
  #wardrobe = new Wardrobe($('wardrobe'));
  /** @type {import('./pie.js').Pie | null} */ #pie = null;
  /** @type {import('../croquis.js').Answer | null} */ #last = null;
  #timer = 0;

  constructor() {
    this.blank();
  }

  /**
   * Loads the pie. The page works without it, as the table says the same: it must not keep the network waiting.
   * @param {URL} base where manifest.json is
   * @param {boolean} fresh go around every cache
   */
  async loadPie(base, fresh) {
    if (this.#pie) return;
    /** @type {HTMLElement} */ const note = $('chart-note');
    note.hidden = true;
    try {
      const [{ Pie }, manifest] = await Promise.all([import('./pie.js'), Manifest.read(base, fresh)]);
      const response = await fetch(manifest.find('pie.json').url);
      if (!response.ok) throw new Error(`${response.url}: the server answers ${response.status}`);
      this.#pie = new Pie($('pie'), await response.json(), () => this.#draw());
      this.#draw();
    } catch (error) {
      console.error(error);
      note.textContent = text.chartFailed;
      note.hidden = false;
    }
  }

  /** @param {string[]} labels of the network in use */
  labels(labels) {
    this.#wardrobe.labels(labels);
  }

  /** @param {import('../croquis.js').Answer} answer not blank */
  answer(answer) {
    const [best, second] = answer.top;
    this.#last = answer;
    this.#panel.dataset.state = answer.sure ? 'answer' : 'unsure';
    this.#icon.replaceChildren(...(answer.sure ? [icon(best.label)] : []).filter((svg) => svg !== null));
    this.#headline.textContent = answer.sure ? best.label : text.unsure;
    this.#detail.textContent = answer.sure ? percent(best.probability) : text.unsureHint([best.label, second.label]);
    this.#took.textContent = text.ms(answer.ms);
    this.#draw();
    this.#speak(text.spoken(shares(answer, text.other), answer.sure));
  }

  /** Nothing is drawn, or so little that it is nothing. */
  blank() {
    this.#empty('blank', text.blank, text.blankHint);
    this.#speak(text.spokenBlank);
  }

  /** Something is drawn, but there is no network yet. */
  waiting() {
    this.#empty('waiting', text.waiting, text.waitingHint);
  }

  /** The drawing has changed since the answer, and nobody asked for another. */
  stale() {
    if (this.#last) {
      this.#panel.dataset.state = 'stale';
      this.#detail.textContent = text.staleHint;
    } else this.#empty('waiting', text.ready, text.readyHint);
  }

  /**
   * @param {string} state
   * @param {string} headline
   * @param {string} detail
   */
  #empty(state, headline, detail) {
    this.#last = null;
    this.#panel.dataset.state = state;
    this.#icon.replaceChildren();
    this.#headline.textContent = headline;
    this.#detail.textContent = detail;
    this.#took.textContent = '';
    this.#draw();
  }

  /** Brings pie, table and wardrobe up to date. */
  #draw() {
    const parts = this.#last ? shares(this.#last, text.other) : [];
    this.#pie?.show(parts);
    this.#table.show(parts, this.#pie?.colours ?? []);
    this.#wardrobe.show(this.#last?.probabilities ?? null, this.#last?.sure ? this.#last.top[0].index : -1);
  }

  /** @param {string} sentence */
  #speak(sentence) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.#spoken.textContent !== sentence) this.#spoken.textContent = sentence;
    }, SETTLED);
  }
}
