// The picture that the network sees, and on each place of it how much covering it lowers a class: a disc where it speaks for
// the class, a ring where it speaks against it, the larger the more.

import { Cells } from '../inside/cells.js';
import { h } from '../page/dom.js';
import { text } from '../page/text.js';
import { points } from './list.js';
import { placeOf } from './place.js';

/** Pixels of the picture, and of the canvas for each of them. */
const SIDE = 28;
const CELL = 24;

/** On the dark picture, in both colour schemes: those of the feature maps. */
const FOR = 'rgb(255 176 120)';
const AGAINST = 'rgb(130 186 240)';

/** Differences below this share of the largest are not drawn. */
const FAINT = 0.02;

export class Heat {
  /** @type {ArrayLike<number>} */ #values = new Float32Array(SIDE * SIDE);
  #readout = h('p', { class: 'readout', 'aria-hidden': 'true' });
  #cells = new Cells({
    label: text('why.heat'),
    say: (i) => this.#say(i),
    read: (i) => (this.#readout.textContent = i < 0 ? '' : this.#say(i)),
  });

  constructor() {
    this.#cells.layout({ count: SIDE * SIDE, columns: SIDE, cell: [CELL, CELL], size: [SIDE * CELL, SIDE * CELL] });
    /** What goes into the page. */
    this.element = h('figure', { class: 'heat' }, this.#cells.element, this.#readout);
  }

  /**
   * @param {ArrayLike<number>} image brightnesses of 0 to 255, row by row
   * @param {ArrayLike<number>} values how much covering each place lowers the probability
   */
  show(image, values) {
    this.#values = values;
    const most = Math.max(...Array.from(values, Math.abs));
    const ink = this.#cells.canvas.getContext('2d');
    if (!ink) return;
    for (let i = 0; i < values.length; i++) {
      const [x, y] = [(i % SIDE) * CELL, Math.floor(i / SIDE) * CELL];
      const grey = 24 + image[i] * 0.4;
      ink.fillStyle = `rgb(${grey} ${grey} ${grey})`;
      ink.fillRect(x, y, CELL, CELL);
      const share = most > 0 ? values[i] / most : 0;
      if (Math.abs(share) < FAINT) continue;
      mark(ink, x + CELL / 2, y + CELL / 2, share);
    }
    this.#cells.refresh();
  }

  /** @param {number} i */
  #say(i) {
    return text('why.heatValue', { row: Math.floor(i / SIDE) + 1, column: (i % SIDE) + 1, points: points(-this.#values[i]) });
  }
}

/**
 * @param {CanvasRenderingContext2D} ink
 * @param {number} x
 * @param {number} y
 * @param {number} share of the largest difference
 */
function mark(ink, x, y, share) {
  const radius = (CELL / 2 - 1) * Math.sqrt(Math.abs(share));
  ink.beginPath();
  ink.arc(x, y, share > 0 ? radius : Math.max(1, radius - 1.5), 0, 2 * Math.PI);
  if (share > 0) {
    ink.fillStyle = FOR;
    ink.fill();
  } else {
    ink.strokeStyle = AGAINST;
    ink.lineWidth = 3;
    ink.stroke();
  }
}

/**
 * Where covering lowers the class most, in a sentence.
 * @param {ArrayLike<number>} values
 * @param {string} label
 * @param {number} little differences below this are none
 */
export function hottest(values, label, little) {
  let most = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[most]) most = i;
  if (values[most] < little) return text('why.heatNone', { label });
  const place = placeOf(((most % SIDE) + 0.5) / SIDE, (Math.floor(most / SIDE) + 0.5) / SIDE);
  return text('why.heatMost', { label, place, points: points(values[most]).replace('+', '') });
}
