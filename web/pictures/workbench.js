// A picture of the visitor's own on its way to 28×28 pixels: every step is shown, and can be adjusted.

import { h } from '../page/dom.js';
import { number, text } from '../page/text.js';
import { Cropper } from './cropper.js';
import { suggestedFrame } from './frame.js';
import { canvasOf, paintFrame, paintGrey, paintPicture } from './paint.js';
import { turn } from './pixels.js';
import { prepare, SIDE } from './prepare.js';

/** The slider of the threshold, in percent. */
const THRESHOLD = { min: 1, max: 60, step: 1 };

/** The slider that straightens, in degrees. */
const ANGLE = { min: -45, max: 45, step: 1 };

/** @typedef {import('./prepare.js').Prepared} Prepared */

export class Workbench {
  #onprepared;
  /** @type {import('./pixels.js').Picture | null} */ #original = null;
  /** @type {import('./pixels.js').Picture | null} */ #turned = null;
  /** In quarters of a turn clockwise. */ #quarters = 0;
  /** @type {import('./prepare.js').Choices} */ #choices = { frame: { x: 0, y: 0, width: 1, height: 1 }, invert: null, threshold: null };
  #pending = 0;

  #cropper = new Cropper((frame) => this.#choose({ frame }));
  #angle = h('input', { type: 'range', ...ANGLE, value: 0, id: 'picture-angle' });
  #angleText = h('output', { for: 'picture-angle' });
  #threshold = h('input', { type: 'range', ...THRESHOLD, id: 'picture-threshold' });
  #thresholdText = h('output', { for: 'picture-threshold' });
  #invert = h('input', { type: 'checkbox', role: 'switch', id: 'picture-invert' });
  #nothing = h('p', { class: 'nothing', role: 'status' });
  #stages = {
    cut: canvasOf(1, 1, { 'aria-hidden': 'true' }),
    grey: canvasOf(1, 1, { 'aria-hidden': 'true' }),
    flat: canvasOf(1, 1, { 'aria-hidden': 'true' }),
    values: canvasOf(SIDE, SIDE, { 'aria-hidden': 'true', class: 'pixels' }),
  };

  /** @param {(prepared: Prepared) => void} onprepared called with what every change comes to */
  constructor(onprepared) {
    this.#onprepared = onprepared;
    this.#angle.addEventListener('input', () => this.#turn());
    this.#threshold.addEventListener('input', () => this.#choose({ threshold: this.#threshold.valueAsNumber / 100 }));
    this.#invert.addEventListener('change', () => this.#choose({ invert: this.#invert.checked }));
    this.element = h('div', { class: 'workbench' }, h('div', { class: 'adjust' }, this.#cropper.element, this.#controls()), this.#strip(), this.#nothing);
  }

  #controls() {
    const quarter = (/** @type {1 | -1} */ by) => () => {
      this.#quarters += by;
      this.#turn();
    };
    return h(
      'div',
      { class: 'controls', role: 'group', 'aria-label': text('pictures.adjust') },
      h(
        'div',
        { class: 'quarters' },
        h('button', { type: 'button', onclick: quarter(-1) }, text('pictures.turnLeft')),
        h('button', { type: 'button', onclick: quarter(1) }, text('pictures.turnRight')),
      ),
      h('label', {}, h('span', {}, text('pictures.straighten')), this.#angleText, this.#angle),
      h('label', {}, h('span', {}, text('pictures.threshold')), this.#thresholdText, this.#threshold),
      h('label', { class: 'switch' }, this.#invert, h('span', {}, text('pictures.invert'))),
      h('button', { type: 'button', onclick: () => this.#automatic() }, text('pictures.automatic')),
    );
  }

  /** The steps side by side. */
  #strip() {
    return h(
      'ol',
      { class: 'stages' },
      ...Object.entries(this.#stages).map(([name, canvas]) =>
        h('li', {}, h('div', { class: 'stage' }, canvas), h('span', {}, text(`pictures.stage.${name}`))),
      ),
    );
  }

  /**
   * Takes a picture onto the bench, with everything as it suggests itself.
   * @param {import('./pixels.js').Picture} picture
   */
  take(picture) {
    this.#original = picture;
    this.#automatic();
  }

  /** @returns {import('./pixels.js').Picture | null} what is cut out now */
  get cut() {
    return this.#prepared?.cut ?? null;
  }

  /** @type {Prepared | null} */ #prepared = null;

  #automatic() {
    this.#quarters = 0;
    this.#angle.value = '0';
    this.#choices = { ...this.#choices, invert: null, threshold: null };
    this.#turn();
  }

  /** Turns the picture as is chosen; the frame is sought anew, as what was in it has gone elsewhere. */
  #turn() {
    if (!this.#original) return;
    const degrees = this.#angle.valueAsNumber;
    this.#angleText.textContent = number(degrees, { style: 'unit', unit: 'degree', unitDisplay: 'narrow' });
    this.#turned = turn(this.#original, 90 * this.#quarters + degrees);
    this.#cropper.show(this.#turned);
    this.#choose({ frame: suggestedFrame(this.#turned) });
    this.#cropper.frame = this.#choices.frame;
  }

  /**
   * Changes choices, and in the next frame what comes of them.
   * @param {Partial<import('./prepare.js').Choices>} choices
   */
  #choose(choices) {
    this.#choices = { ...this.#choices, ...choices };
    this.#pending ||= requestAnimationFrame(() => {
      this.#pending = 0;
      this.#prepare();
    });
  }

  #prepare() {
    if (!this.#turned) return;
    const prepared = prepare(this.#turned, this.#choices);
    this.#prepared = prepared;
    const { cut, grey, flat, values, box, invert, threshold } = prepared;
    paintPicture(this.#stages.cut, cut);
    paintGrey(this.#stages.grey, grey, cut.width);
    paintGrey(this.#stages.flat, flat, cut.width);
    paintGrey(this.#stages.values, values, SIDE);
    if (box) paintFrame(this.#stages.flat, box);
    this.#invert.checked = invert;
    this.#threshold.value = String(Math.round(100 * threshold));
    this.#thresholdText.textContent = number(this.#threshold.valueAsNumber / 100, { style: 'percent' });
    this.#nothing.textContent = box ? '' : text('pictures.nothing');
    this.#onprepared(prepared);
  }
}
