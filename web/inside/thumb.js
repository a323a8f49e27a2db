// A map as a small picture, only to be looked at.

import { h } from '../page/dom.js';
import { glow, words } from './glow.js';

export class Thumb {
  /** @param {string} label what it is, for those who listen; '' for what is said beside it already */
  constructor(label) {
    this.element = h('canvas', label ? { class: 'thumb', role: 'img', 'aria-label': label } : { class: 'thumb', 'aria-hidden': 'true' });
  }

  /**
   * @param {ArrayLike<number>} values row by row
   * @param {number} columns
   * @param {number} scale what the brightest light stands for
   */
  show(values, columns, scale) {
    const image = new ImageData(columns, values.length / columns);
    const pixels = words(image);
    for (let i = 0; i < values.length; i++) pixels[i] = glow(values[i] / scale);
    if (this.element.width !== image.width || this.element.height !== image.height) {
      this.element.width = image.width;
      this.element.height = image.height;
    }
    this.element.getContext('2d')?.putImageData(image, 0, 0);
  }
}
