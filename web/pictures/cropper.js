// The picture with the frame that says what is cut out of it: dragged and sized by pointer, its edges also by keyboard.

import { h } from '../page/dom.js';
import { number, text } from '../page/text.js';
import { moved } from './frame.js';
import { canvasOf, paintPicture } from './paint.js';

/** @typedef {import('./frame.js').Handle} Handle */
/** @typedef {import('./pixels.js').Frame} Frame */

/** An arrow key moves an edge by this share of the picture's longest side; with Shift by ten times as much. */
const STEP = 0.01;

/** The edges, each a slider: where it is, of how much. @type {Record<'n' | 'e' | 's' | 'w', {name: string, at: (f: Frame) => number, upright: boolean}>} */
const edges = {
  n: { name: 'pictures.edge.top', at: (f) => f.y, upright: true },
  e: { name: 'pictures.edge.right', at: (f) => f.x + f.width, upright: false },
  s: { name: 'pictures.edge.bottom', at: (f) => f.y + f.height, upright: true },
  w: { name: 'pictures.edge.left', at: (f) => f.x, upright: false },
};

export class Cropper {
  #onchange;
  #canvas = canvasOf(1, 1, { 'aria-hidden': 'true' });
  #frameElement = h('div', { class: 'frame', role: 'group', tabindex: 0, 'aria-label': text('pictures.frame') });
  /** @type {Map<'n' | 'e' | 's' | 'w', HTMLElement>} */ #sliders = new Map();
  #size = { width: 1, height: 1 };
  /** @type {Frame} */ #frame = { x: 0, y: 0, width: 1, height: 1 };
  /** @type {{pointer: number, handle: Handle, x: number, y: number, frame: Frame} | null} */ #drag = null;

  /** @param {(frame: Frame) => void} onchange called when the visitor has moved the frame */
  constructor(onchange) {
    this.#onchange = onchange;
    this.element = h('div', { class: 'cropper' }, this.#canvas, this.#frameElement);
    for (const handle of /** @type {Handle[]} */ (['nw', 'n', 'ne', 'e', 'se', 's', 'sw', 'w'])) this.#frameElement.append(this.#handle(handle));
    this.#frameElement.addEventListener('pointerdown', (event) => this.#down(event));
    this.#frameElement.addEventListener('pointermove', (event) => this.#move(event));
    for (const type of ['pointerup', 'pointercancel', 'lostpointercapture']) this.#frameElement.addEventListener(type, () => (this.#drag = null));
    this.#frameElement.addEventListener('keydown', (event) => this.#key(event));
  }

  /** @param {Handle} handle */
  #handle(handle) {
    const edge = edges[/** @type {keyof typeof edges} */ (handle)];
    const element = h('span', { class: 'handle', 'data-handle': handle, 'aria-hidden': edge ? null : 'true' });
    if (edge) {
      const orientation = edge.upright ? 'vertical' : 'horizontal';
      for (const [name, value] of Object.entries({ role: 'slider', tabindex: '0', 'aria-label': text(edge.name), 'aria-orientation': orientation, 'aria-valuemin': '0', 'aria-valuemax': '100' })) {
        element.setAttribute(name, value);
      }
      this.#sliders.set(/** @type {keyof typeof edges} */ (handle), element);
    }
    return element;
  }

  /** @param {import('./pixels.js').Picture} picture */
  show(picture) {
    this.#size = { width: picture.width, height: picture.height };
    paintPicture(this.#canvas, picture);
    this.element.style.aspectRatio = `${picture.width} / ${picture.height}`;
    // As wide as its height allows.
    this.element.style.setProperty('--shape', String(picture.width / picture.height));
  }

  /** @param {Frame} frame in the picture's pixels */
  set frame(frame) {
    this.#frame = frame;
    const { width, height } = this.#size;
    const style = this.#frameElement.style;
    style.left = `${(100 * frame.x) / width}%`;
    style.top = `${(100 * frame.y) / height}%`;
    style.width = `${(100 * frame.width) / width}%`;
    style.height = `${(100 * frame.height) / height}%`;
    for (const [handle, slider] of this.#sliders) {
      const { at, upright } = edges[handle];
      const percent = Math.round((100 * at(frame)) / (upright ? height : width));
      slider.setAttribute('aria-valuenow', String(percent));
      slider.setAttribute('aria-valuetext', number(percent / 100, { style: 'percent' }));
    }
  }

  /**
   * @param {Handle} handle
   * @param {Frame} from
   * @param {number} dx in pixels of the picture
   * @param {number} dy
   */
  #change(handle, from, dx, dy) {
    this.frame = moved(from, handle, dx, dy, this.#size);
    this.#onchange(this.#frame);
  }

  /** @param {PointerEvent} event */
  #down(event) {
    if (event.button !== 0 || this.#drag) return;
    event.preventDefault();
    const { target } = event;
    const handle = /** @type {Handle} */ (target instanceof HTMLElement ? (target.dataset.handle ?? '') : '');
    this.#frameElement.setPointerCapture(event.pointerId);
    // The default that was prevented would have given it the focus.
    (target instanceof HTMLElement && target.tabIndex === 0 ? target : this.#frameElement).focus({ preventScroll: true });
    this.#drag = { pointer: event.pointerId, handle, x: event.clientX, y: event.clientY, frame: this.#frame };
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const drag = this.#drag;
    if (!drag || drag.pointer !== event.pointerId) return;
    const { width, height } = this.#canvas.getBoundingClientRect();
    this.#change(drag.handle, drag.frame, ((event.clientX - drag.x) * this.#size.width) / width, ((event.clientY - drag.y) * this.#size.height) / height);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = STEP * Math.max(this.#size.width, this.#size.height) * (event.shiftKey ? 10 : 1);
    const by = /** @type {Record<string, [number, number]>} */ ({ ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] })[event.key];
    if (!by) return;
    event.preventDefault();
    const { target } = event;
    const handle = /** @type {Handle} */ (target instanceof HTMLElement ? (target.dataset.handle ?? '') : '');
    // A slider answers to all four: up and right are "more" for those who cannot see which way it lies.
    const along = handle === '' ? by : edges[/** @type {keyof typeof edges} */ (handle)].upright ? [0, by[1] || by[0]] : [by[0] || by[1], 0];
    this.#change(handle, this.#frame, along[0], along[1]);
  }
}
