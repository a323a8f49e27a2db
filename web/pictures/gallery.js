// Photos that no network was trained with, and drawings, to try and to trace over.

import { titleOf } from '../page/caption.js';
import { h } from '../page/dom.js';
import { labelOf, text } from '../page/text.js';
import { canvasOf, paintInk, paintStrokes } from './paint.js';
import { greyPNG } from './png.js';

/** Made by make gallery. */
const sources = {
  photos: new URL('./photos.png', import.meta.url),
  drawings: new URL('./drawings.json', import.meta.url),
};

/** A photo's side in pixels; a sheet's in units, and a line's width on it. */
const SIDE = 28;
const SHEET = { side: 256, width: 6 };

/**
 * One thing of the gallery: it has values if it is a photo, and strokes if it is a drawing.
 * @typedef {object} Item
 * @property {number} label the class
 * @property {string} name in the visitor's language
 * @property {Float32Array} [values] 28×28, 0 to 1
 * @property {import('../page/page.js').Picture['title']} [title] of a photo
 * @property {readonly (readonly number[])[]} [strokes] x0, y0, x1, y1, … in the sheet's units
 */

/**
 * Gets the gallery.
 * @param {readonly string[]} labels of the classes, in the order of Fashion-MNIST
 * @returns {Promise<Item[]>} class by class, photos before drawings
 */
async function fetchItems(labels) {
  const [photos, drawings] = await Promise.all([get(sources.photos), get(sources.drawings)]);
  const { width, values } = await greyPNG(await photos.arrayBuffer());
  /** @type {Array<{label: number, strokes: number[][]}>} */ const sketches = await drawings.json();
  return labels.flatMap((word, label) => {
    const name = labelOf(word);
    const mine = sketches.filter((sketch) => sketch.label === label);
    return [
      ...Array.from({ length: width / SIDE }, (_, i) => {
        const tile = Float32Array.from({ length: SIDE * SIDE }, (_, at) => {
          const [x, y] = [i * SIDE + (at % SIDE), label * SIDE + Math.floor(at / SIDE)];
          return values[y * width + x] / 255;
        });
        const title = { label: word, number: i + 1 };
        return { label, name: titleOf({ title }), title, values: tile };
      }),
      ...mine.map(({ strokes }, i) => ({ label, name: text('pictures.drawingOf', { name, number: i + 1 }), strokes })),
    ];
  });
}

/** @param {URL} url */
async function get(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: the server answers ${response.status}`);
  return response;
}

export class Gallery {
  #choose;
  /** @type {Map<HTMLButtonElement, Item>} */ #items = new Map();
  /** How many there are of each class. */ #row = 1;

  /** @param {(item: Item) => void} choose called with what somebody wants to try */
  constructor(choose) {
    this.#choose = choose;
    this.element = h('div', { class: 'gallery', role: 'group', 'aria-label': text('pictures.gallery') });
    this.element.addEventListener('keydown', (event) => this.#key(event));
  }

  /**
   * Fills the gallery.
   * @param {readonly string[]} labels of the classes
   */
  async load(labels) {
    const items = await fetchItems(labels);
    this.#items.clear();
    this.#row = items.length / labels.length;
    const shelves = labels.map((word, label) => {
      const buttons = items.filter((item) => item.label === label).map((item) => this.#button(item));
      return h('div', { class: 'rack', role: 'group', 'aria-label': labelOf(word) }, h('h4', { 'aria-hidden': 'true' }, labelOf(word)), h('div', { class: 'tiles' }, ...buttons));
    });
    this.element.replaceChildren(...shelves);
    // Tab reaches one of them; the arrows the others.
    for (const [i, button] of [...this.#items.keys()].entries()) button.tabIndex = i === 0 ? 0 : -1;
  }

  /** @param {Item} item */
  #button(item) {
    const canvas = canvasOf(item.values ? SIDE : 96, item.values ? SIDE : 96);
    if (item.values) paintInk(canvas, item.values);
    else paintStrokes(canvas, item.strokes ?? [], SHEET);
    const button = h(
      'button',
      { type: 'button', class: item.values ? 'tile photo' : 'tile', 'aria-label': item.name, 'aria-pressed': 'false', title: item.name, onclick: () => this.#choose(item) },
      canvas,
    );
    button.addEventListener('focus', () => this.#rove(button));
    this.#items.set(button, item);
    return button;
  }

  /**
   * Marks what is being looked at.
   * @param {Item | null} chosen
   */
  mark(chosen) {
    for (const [button, item] of this.#items) button.setAttribute('aria-pressed', String(item === chosen));
  }

  /** @param {HTMLButtonElement} to */
  #rove(to) {
    for (const button of this.#items.keys()) button.tabIndex = button === to ? 0 : -1;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const all = [...this.#items.keys()];
    const at = all.indexOf(/** @type {HTMLButtonElement} */ (event.target));
    if (at < 0) return;
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: this.#row, ArrowUp: -this.#row, Home: -at, End: all.length - 1 - at }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    all[at + step]?.focus();
  }
}
