// What is seen of the drawing. Canvases are only ever painted, never read: strokes are the data, and a browser that
// scrambles what is read from a canvas does no harm.
//
// There are four, one over the other, so that a frame paints no more than what is new in it: what is filled; the lines that
// are finished; the one being drawn, to which pieces are added; and its tip, which is painted anew in every frame.

import { difference } from './history.js';
import { finest, paintArea, paintLine, paintPieces, paintTip, prepare, reach } from './ink.js';
import { Layer } from './layer.js';
import { around, box, FILL, SIDE } from './stroke.js';

/** @typedef {import('./stroke.js').Stroke} Stroke */
/** @typedef {import('./stroke.js').Box} Box */

/** Finer than this, in pixels to one of CSS, nobody sees. */
const DENSEST = 3;

/** @returns {Box} */
const nothing = () => ({ left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity });

export class Surface {
  #drawing;
  #canvas;
  #areas = new Layer();
  #lines;
  #live = new Layer();
  #tip = new Layer();
  #colour = '';
  /** Whether size and colour are to be asked for, which makes the browser lay the page out in the middle of a frame. */
  #asks = true;
  /** What the lower layers show. @type {readonly Stroke[]} */ #shown = [];
  /** The points of the line on the layer of the living, and how many of its pieces are there. @type {readonly number[] | null} */
  #line = null;
  #pieces = 0;
  /** Where the tip was painted, on both sides of the axis. */
  #tipBox = nothing();
  /** @type {readonly number[]} */ #ahead = [];
  #frame = 0;

  /**
   * @param {HTMLCanvasElement} canvas for the finished lines; the others are put around it
   * @param {import('./drawing.js').Drawing} drawing
   */
  constructor(canvas, drawing) {
    this.#drawing = drawing;
    this.#canvas = canvas;
    this.#lines = new Layer(canvas);
    this.#areas.canvas.classList.add('areas');
    this.#areas.canvas.style.setProperty('--fill', String(FILL));
    canvas.before(this.#areas.canvas);
    canvas.after(this.#live.canvas, this.#tip.canvas);
    drawing.addEventListener('change', () => this.repaint());
    new ResizeObserver(() => this.#ask()).observe(canvas);
    for (const query of ['(prefers-color-scheme: dark)', '(forced-colors: active)']) {
      matchMedia(query).addEventListener('change', () => this.#ask());
    }
    this.#watchDensity();
    this.repaint();
  }

  /** Shows the drawing as it is in the next frame. */
  repaint() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#paint();
    });
  }

  /**
   * Lets the line run ahead of the pen, to where the browser expects it. This is ink and no data.
   * @param {readonly number[]} points
   */
  foresee(points) {
    this.#ahead = points;
    this.repaint();
  }

  /** Shows the drawing with the size and the colour that it has now. */
  #ask() {
    this.#asks = true;
    this.repaint();
  }

  /** A window may be dragged to a finer screen. */
  #watchDensity() {
    matchMedia(`(resolution: ${devicePixelRatio}dppx)`).addEventListener('change', () => {
      this.#ask();
      this.#watchDensity();
    }, { once: true });
  }

  #paint() {
    if (this.#asks && !this.#fit()) return;
    this.#asks = false;
    this.#paintFinished();
    this.#paintOpen();
  }

  /** Fits the layers to the sheet and its colour. False while there is no room for it. */
  #fit() {
    const pixels = Math.round(this.#canvas.getBoundingClientRect().width * Math.min(devicePixelRatio, DENSEST));
    if (pixels === 0) return false;
    const colour = getComputedStyle(this.#canvas).color;
    if (pixels !== this.#canvas.width || pixels !== this.#canvas.height || colour !== this.#colour) {
      for (const layer of [this.#areas, this.#lines, this.#live, this.#tip]) {
        layer.resize(pixels, (ink) => prepare(ink, colour));
      }
      this.#colour = colour;
      this.#shown = [];
      this.#line = null;
      this.#tipBox = nothing();
    }
    return true;
  }

  #paintFinished() {
    const { strokes } = this.#drawing;
    if (strokes === this.#shown) return;
    this.#areas.canvas.hidden = !strokes.some((s) => s.fill); // one layer less for the browser to put together in each frame
    const { at, gone, come } = difference(this.#shown, strokes);
    const more = at === this.#shown.length;
    this.#shown = strokes;
    if (more) {
      if (come.some((s) => s.fill)) this.#areas.paint((ink) => paintAreas(ink, come));
      this.#lines.paint((ink) => paintLines(ink, come));
      return;
    }
    const stay = new Set(come);
    const were = new Set(gone);
    const dirty = nothing();
    for (const s of gone) if (!stay.has(s)) cover(dirty, s);
    for (const s of come) if (!were.has(s)) cover(dirty, s);
    if (dirty.left > dirty.right) return;
    const there = strokes.filter((s) => overlap(dirty, s));
    this.#areas.repaint(dirty, there.some((s) => s.fill) ? (ink) => paintAreas(ink, there) : undefined);
    this.#lines.repaint(dirty, (ink) => paintLines(ink, there));
  }

  #paintOpen() {
    const { open, twin } = this.#drawing;
    if ((open?.points ?? null) !== this.#line) {
      this.#live.clear();
      this.#line = open?.points ?? null;
      this.#pieces = 0;
    }
    if (this.#tipBox.left <= this.#tipBox.right) this.#tip.repaint(this.#tipBox);
    this.#tipBox = nothing();
    if (!open) return;
    const pieces = open.points.length / 2 - 1;
    for (const mirrored of twin ? [false, true] : [false]) {
      if (pieces > this.#pieces) this.#live.paint((ink) => paintPieces(ink, open, this.#pieces, pieces), mirrored);
      this.#tip.paint((ink) => paintTip(ink, open, this.#ahead), mirrored);
    }
    this.#pieces = pieces;
    this.#markTip(open, twin !== null);
  }

  /**
   * Remembers where the tip is.
   * @param {Readonly<import('./drawing.js').Open>} open
   * @param {boolean} mirrored
   */
  #markTip(open, mirrored) {
    const s = open.points;
    const margin = reach(open) + 1;
    const mark = (/** @type {number} */ x, /** @type {number} */ y) => {
      for (const at of mirrored ? [x, SIDE - x] : [x]) {
        around(this.#tipBox, at - margin, y - margin);
        around(this.#tipBox, at + margin, y + margin);
      }
    };
    for (let i = Math.max(0, s.length - 4); i < s.length; i += 2) mark(s[i], s[i + 1]);
    for (let i = 0; i < this.#ahead.length; i += 2) mark(this.#ahead[i], this.#ahead[i + 1]);
  }
}

/**
 * @param {CanvasRenderingContext2D} ink
 * @param {readonly Stroke[]} strokes
 */
function paintAreas(ink, strokes) {
  for (const s of strokes) if (s.fill) paintArea(ink, s);
}

/**
 * @param {CanvasRenderingContext2D} ink
 * @param {readonly Stroke[]} strokes
 */
function paintLines(ink, strokes) {
  const most = finest(strokes);
  for (const s of strokes) paintLine(ink, s, most);
}

/**
 * Makes a box hold all of a stroke's ink.
 * @param {Box} b
 * @param {Stroke} stroke
 */
function cover(b, stroke) {
  const { left, top, right, bottom } = box(stroke);
  const margin = reach(stroke) + 1;
  around(b, left - margin, top - margin);
  around(b, right + margin, bottom + margin);
}

/**
 * @param {Box} b
 * @param {Stroke} stroke
 */
function overlap(b, stroke) {
  const { left, top, right, bottom } = box(stroke);
  const margin = reach(stroke) + 1;
  return left - margin <= b.right && right + margin >= b.left && top - margin <= b.bottom && bottom + margin >= b.top;
}
