// A copy of the drawing whose strokes show what they say for a class.

import { pathOf } from '../drawing/path.js';
import { PEN, SIDE } from '../drawing/stroke.js';
import { svg } from '../page/dom.js';
import { text } from '../page/text.js';
import { look } from './look.js';

/** @typedef {import('../drawing/stroke.js').Stroke} Stroke */

export class Copy {
  /** @type {SVGPathElement[]} */ #paths = [];

  constructor() {
    /** What goes into the page. */
    this.element = svg('svg', { class: 'why-copy', viewBox: `0 0 ${SIDE} ${SIDE}`, role: 'img', 'aria-label': text('why.copy') });
  }

  /**
   * @param {readonly Stroke[]} strokes
   * @param {readonly number[]} shares what each adds to the probability
   */
  show(strokes, shares) {
    while (this.#paths.length > strokes.length) this.#paths.pop()?.remove();
    for (const [i, stroke] of strokes.entries()) {
      if (!this.#paths[i]) this.element.append((this.#paths[i] = svg('path')));
      const { side, width, dash } = look(shares[i]);
      const path = this.#paths[i];
      path.setAttribute('d', pathOf(stroke));
      path.setAttribute('class', stroke.fill ? `${side} filled` : side);
      path.setAttribute('stroke-width', String(stroke.patch ? 0 : PEN * stroke.size * width));
      path.setAttribute('stroke-dasharray', dash.join(' ') || 'none');
    }
  }

  /** Nothing is drawn. */
  clear() {
    this.show([], []);
  }

  /** @param {number} stroke to be made to stand out, −1 for none */
  point(stroke) {
    for (const [i, path] of this.#paths.entries()) path.toggleAttribute('data-dim', stroke >= 0 && i !== stroke);
  }
}
