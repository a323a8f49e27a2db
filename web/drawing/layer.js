// A sheet of tracing paper over the drawing: a canvas as fine as the screen, measured in units of the drawing.

import { h } from '../page/dom.js';
import { SIDE } from './stroke.js';

/** @typedef {import('./stroke.js').Box} Box */

export class Layer {
  /** @type {CanvasRenderingContext2D | null} */ #ink;
  /** Pixels of a unit. */
  #scale = 0;
  #clean = true;

  /** @param {HTMLCanvasElement} [canvas] by default a new one, that only lies there */
  constructor(canvas = h('canvas', { class: 'layer', 'aria-hidden': 'true' })) {
    this.canvas = canvas;
    this.#ink = canvas.getContext('2d');
  }

  /**
   * Makes the canvas so many pixels wide and high. What was on it is gone.
   * @param {number} pixels
   * @param {(ink: CanvasRenderingContext2D) => void} [prepare] sets its pens up
   */
  resize(pixels, prepare) {
    this.canvas.width = this.canvas.height = pixels;
    this.#scale = pixels / SIDE;
    if (prepare) this.paint(prepare);
    this.#clean = true;
  }

  /**
   * Paints on it, in units.
   * @param {(ink: CanvasRenderingContext2D) => void} painter
   * @param {boolean} [mirrored] on the other side of the axis
   */
  paint(painter, mirrored = false) {
    const ink = this.#ink;
    if (!ink) return;
    const k = this.#scale;
    ink.setTransform(mirrored ? -k : k, 0, 0, k, mirrored ? k * SIDE : 0, 0);
    painter(ink);
    this.#clean = false;
  }

  /**
   * Takes away what is within a box, and paints there anew, and nowhere else.
   * @param {Box} box
   * @param {(ink: CanvasRenderingContext2D) => void} [painter]
   */
  repaint(box, painter) {
    const ink = this.#ink;
    if (!ink || (this.#clean && !painter)) return;
    // On whole pixels, or the box's edges would show.
    const k = this.#scale;
    const [x, y] = [Math.floor(box.left * k), Math.floor(box.top * k)];
    const [width, height] = [Math.ceil(box.right * k) - x, Math.ceil(box.bottom * k) - y];
    ink.resetTransform();
    ink.clearRect(x, y, width, height);
    if (!painter) return;
    ink.save();
    ink.beginPath();
    ink.rect(x, y, width, height);
    ink.clip();
    this.paint(painter);
    ink.restore();
  }

  /** Takes everything away. */
  clear() {
    this.repaint({ left: 0, top: 0, right: SIDE, bottom: SIDE });
    this.#clean = true;
  }
}
