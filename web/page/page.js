// The state of the page, all in one place. Rooms read it, change it by set, and hear of changes by on; they know nothing
// of each other.

import { Drawing } from '../drawing/drawing.js';
import { until } from '../drawing/until.js';
import { read, write } from './settings.js';

/**
 * A picture that is classified instead of the drawing.
 * @typedef {object} Picture
 * @property {Float32Array} values 28×28 brightnesses from 0 (background) to 1, row by row
 * @property {{label: string, number: number}} [title] of a photo from the gallery: its class, and which of that class it is;
 *   none for a visitor's own
 */

/**
 * Something that lies faintly under the sheet, to trace over.
 * @typedef {object} Trace
 * @property {string} name what to call it
 * @property {HTMLCanvasElement} canvas
 */

/**
 * How the sheet shows a stroke instead of as it was drawn.
 * @typedef {object} Look
 * @property {string} colour the name of a property of the style sheet, such as --accent
 * @property {number} width as a multiple of the stroke's own
 * @property {number[]} dash in units of the drawing; none for a whole line
 */

/**
 * A network on its way, in bytes; or why it does not come.
 * @typedef {{name: string, loaded: number, total: number, failure: unknown}} Coming
 */

/**
 * What can be changed by set, and what its event is called.
 * @typedef {object} Fields
 * @property {import('../croquis.js').Classifier | null} classifier the network in use, null while there is none
 * @property {import('../croquis.js').Answer | null} answer the newest answer; null when there is nothing to name
 * @property {boolean} stale the drawing has changed since the answer, and nobody has asked for another
 * @property {Picture | null} picture
 * @property {Trace | null} trace
 * @property {{blob: Blob | null} | null} file that was dropped or pasted and waits to be opened; its blob is null when there
 *   was none in what came
 * @property {number} chosen the class whose reasons are shown, −1 for the likeliest
 * @property {readonly string[]} colours of the classes in order, and of all others last, as the pie has them; none without a pie
 * @property {number} moment how many points of the drawing the sheet shows and the network is given, −1 for all of them
 * @property {readonly Look[] | null} looks how the sheet shows each stroke, null for as they were drawn
 * @property {boolean} lasting whether the drawing outlives the page: the browser has taken it when it was written down last
 * @property {string} tab of the rooms to look closer, the one that is open; '' while there is none
 * @property {import('../croquis.js').Progress | null} progress of the network that is being fetched while there is none
 * @property {Coming | null} coming the network that is about to take over from the one in use
 * @property {string} offer a better network than the one in use, which is fetched when somebody asks for it; '' for none
 * @property {string} kernel the variant of the kernels to run, '' for the fastest
 * @property {unknown} failure why there is no network, null when there is one or it is on its way
 */

/** @typedef {Fields & {settings: Readonly<import('./settings.js').Settings>}} State */

/**
 * Dispatches a CustomEvent for each field that has changed, called as the field and with the new value as its detail;
 * "request" when a prediction is asked for; "retry" when somebody wants the network fetched anew; "reveal" when a tab is to be
 * seen; and "kept" when the networks in use are kept on the device.
 */
export class Page extends EventTarget {
  /** The strokes; has events of its own. */
  drawing = new Drawing();
  /** @type {State} */ #state = {
    classifier: null,
    answer: null,
    stale: false,
    picture: null,
    trace: null,
    file: null,
    chosen: -1,
    colours: [],
    moment: -1,
    looks: null,
    lasting: true,
    tab: '',
    progress: null,
    coming: null,
    offer: '',
    kernel: '',
    failure: null,
    settings: read(),
  };

  /** @param {URL} base the folder with the site's manifest.json */
  constructor(base) {
    super();
    this.base = base;
    // Who draws has put the picture away, and is back from the past.
    this.drawing.addEventListener('change', () => this.set({ moment: -1, ...(!this.drawing.empty && { picture: null }) }));
  }

  get classifier() {
    return this.#state.classifier;
  }
  get answer() {
    return this.#state.answer;
  }
  get stale() {
    return this.#state.stale;
  }
  get picture() {
    return this.#state.picture;
  }
  get trace() {
    return this.#state.trace;
  }
  get file() {
    return this.#state.file;
  }
  get chosen() {
    return this.#state.chosen;
  }
  get colours() {
    return this.#state.colours;
  }
  get moment() {
    return this.#state.moment;
  }
  get looks() {
    return this.#state.looks;
  }
  get lasting() {
    return this.#state.lasting;
  }
  get tab() {
    return this.#state.tab;
  }
  get progress() {
    return this.#state.progress;
  }
  get coming() {
    return this.#state.coming;
  }
  get offer() {
    return this.#state.offer;
  }
  get kernel() {
    return this.#state.kernel;
  }
  get failure() {
    return this.#state.failure;
  }
  get settings() {
    return this.#state.settings;
  }

  /**
   * Changes fields, all of them before the first event. Settings are merged and kept: set({settings: {live: false}}).
   * @param {Partial<Fields> & {settings?: Partial<import('./settings.js').Settings>}} changes
   */
  set({ settings, ...changes }) {
    const next = /** @type {Partial<State>} */ (changes);
    if (settings && changed(this.settings, settings).length > 0) {
      next.settings = Object.freeze({ ...this.settings, ...settings });
      write(next.settings);
    }
    const names = changed(this.#state, next);
    Object.assign(this.#state, next);
    for (const name of names) this.dispatchEvent(new CustomEvent(name, { detail: this.#state[name] }));
  }

  /**
   * Listens to changes of a field, or to what is asked for.
   * @template {keyof State | 'request' | 'retry' | 'reveal' | 'kept'} K
   * @param {K} name
   * @param {(value: K extends keyof State ? State[K] : any) => void} listener
   * @returns {() => void} stops listening
   */
  on(name, listener) {
    const heard = (/** @type {Event} */ event) => listener(/** @type {CustomEvent} */ (event).detail);
    this.addEventListener(name, heard);
    return () => this.removeEventListener(name, heard);
  }

  /** Asks for a prediction of what is there, whether or not they come live. */
  request() {
    this.dispatchEvent(new CustomEvent('request'));
  }

  /** Asks for the network once more, after it did not arrive or has stopped. */
  retry() {
    this.dispatchEvent(new CustomEvent('retry'));
  }

  /** Says that the networks in use are on the device now. */
  kept() {
    this.dispatchEvent(new CustomEvent('kept'));
  }

  /**
   * Opens a tab and brings it in sight.
   * @param {string} tab
   */
  reveal(tab) {
    this.set({ tab });
    this.dispatchEvent(new CustomEvent('reveal', { detail: tab }));
  }

  /**
   * What there is to classify.
   * @returns {import('../croquis.js').Strokes | Float32Array | null} null when there is nothing
   */
  input() {
    if (this.picture) return this.picture.values;
    return this.drawing.empty ? null : until(this.drawing.all, this.moment);
  }
}

/**
 * The names of those fields that a change changes.
 * @template {object} T
 * @param {T} before
 * @param {Partial<T>} after
 * @returns {Array<keyof T & string>}
 */
function changed(before, after) {
  const names = /** @type {Array<keyof T & string>} */ (Object.keys(after));
  return names.filter((name) => !Object.is(before[name], after[name]));
}
