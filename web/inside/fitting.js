// The step between the sheet and the network: what is cut out, how much it is scaled, where it is put. A small copy of the
// drawing goes the way from the one to the other, and can be held anywhere on it.

import { PEN, SIDE } from '../drawing/stroke.js';
import { h } from '../page/dom.js';
import { number, text } from '../page/text.js';

/** Width and height of the network's picture in pixels. */
const FRAME = 28;

/** Width of the standard pen's line in the network's pixels: there it is the same for every drawing. */
const LINE = 1.5;

/** So long takes the whole way, in ms. */
const JOURNEY = 1100;

/**
 * @typedef {{x: number, y: number, width: number, height: number, scale: number}} Fit the ink's box in units of the drawing, pixels for a unit
 * @typedef {import('../drawing/stroke.js').Stroke} Stroke
 */

/** A figure of the copy, with a slider for the way and a button that goes it. */
export class Fitting {
  /** @type {readonly Stroke[]} */ #strokes = [];
  /** @type {Fit | null} */ #fit = null;
  #canvas = h('canvas', { role: 'img', 'aria-label': text('inside.fit.copy') });
  #numbers = h('p', { class: 'dim' });
  #slider = h('input', {
    type: 'range', min: 0, max: 100, value: 0, 'aria-label': text('inside.fit.way'), oninput: () => this.#stop(),
  });
  #button = h('button', { type: 'button', onclick: () => this.#play() }, text('inside.fit.play'));
  #still = matchMedia('(prefers-reduced-motion: reduce)');
  #frame = 0;
  #waiting = 0;

  constructor() {
    /** What goes into the page. */
    this.element = h(
      'figure',
      { class: 'fitting' },
      this.#canvas,
      h('div', { class: 'fitting-way' }, this.#slider, this.#button),
      h('figcaption', {}, h('strong', {}, text('inside.fit.title')), this.#numbers),
    );
    this.#slider.addEventListener('input', () => this.repaint());
    this.#say();
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.repaint());
    new ResizeObserver(() => this.repaint()).observe(this.#canvas);
  }

  /**
   * @param {readonly Stroke[]} strokes
   * @param {Fit | null} fit null when there is nothing to fit
   */
  show(strokes, fit) {
    this.#strokes = strokes;
    this.#fit = fit;
    this.#numbers.textContent = fit ? sentence(fit) : text('inside.fit.nothing');
    this.repaint();
  }

  /** Says where on the way the copy is. */
  #say() {
    const share = Number(this.#slider.value) / 100;
    this.#slider.setAttribute('aria-valuetext', text(share === 0 ? 'inside.fit.sheet' : share === 1 ? 'inside.fit.frame' : 'inside.fit.between'));
  }

  /** Paints anew in the next frame. */
  repaint() {
    this.#waiting ||= requestAnimationFrame(() => {
      this.#waiting = 0;
      this.#paint(Number(this.#slider.value) / 100);
    });
  }

  /** Goes the way, or straight to its other end for those who want no motion. */
  #play() {
    this.#stop();
    const end = this.#slider.value === '100' ? 0 : 100;
    if (this.#still.matches) {
      this.#put(end);
      return;
    }
    const from = Number(this.#slider.value);
    let begin = 0;
    const step = (/** @type {number} */ now) => {
      begin ||= now;
      const share = Math.min((now - begin) / JOURNEY, 1);
      this.#put(from + (end - from) * share * share * (3 - 2 * share));
      this.#frame = share < 1 ? requestAnimationFrame(step) : 0;
    };
    this.#frame = requestAnimationFrame(step);
  }

  #stop() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#say();
  }

  /** @param {number} value of the slider */
  #put(value) {
    this.#slider.value = String(value);
    this.#say();
    this.repaint();
  }

  /** @param {number} share of the way, 0 on the sheet, 1 in the frame */
  #paint(share) {
    const ink = scaled(this.#canvas);
    if (!ink) return;
    const way = this.#journey(share);
    const style = getComputedStyle(this.#canvas);
    const colour = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
    if (share > 0) grid(ink, colour('--line'), share);
    if (!this.#fit) return;
    const place = (/** @type {number} */ v, /** @type {number} */ axis) => (v - way.from[axis]) * way.scale + 0.5;
    ink.strokeStyle = style.color;
    ink.fillStyle = style.color;
    ink.lineCap = ink.lineJoin = 'round';
    const width = (PEN / SIDE) * (1 - share) + (LINE / FRAME) * share;
    for (const stroke of this.#strokes) {
      const line = path(stroke, place);
      ink.lineWidth = width * stroke.size;
      ink.stroke(line);
      if (stroke.fill) ink.fill(line);
    }
    const box = this.#fit;
    ink.strokeStyle = colour('--accent');
    ink.lineWidth = 0.008;
    ink.setLineDash([0.03, 0.02]);
    ink.strokeRect(place(box.x, 0), place(box.y, 1), box.width * way.scale, box.height * way.scale);
    ink.setLineDash([]);
  }

  /**
   * Which point of the drawing lies in the middle of the canvas after a share of the way, and how large a unit is there.
   * @param {number} share
   */
  #journey(share) {
    const sheet = 1 / SIDE;
    const fit = this.#fit;
    if (!fit) return { from: [SIDE / 2, SIDE / 2], scale: sheet };
    const frame = fit.scale / FRAME;
    // Along a geometric mean the size changes evenly for the eye, and the middle with the size.
    const scale = sheet ** (1 - share) * frame ** share;
    const moved = frame === sheet ? share : (scale - sheet) / (frame - sheet);
    const from = [fit.x + fit.width / 2, fit.y + fit.height / 2].map((middle) => SIDE / 2 + (middle - SIDE / 2) * moved);
    return { from, scale };
  }
}

/**
 * The numbers of a fit in words.
 * @param {Fit} fit
 */
function sentence({ x, y, width, height, scale }) {
  const round = (/** @type {number} */ v) => Math.round(v);
  const wide = width >= height;
  const free = (FRAME - Math.min(width, height) * scale) / 2;
  return text(wide ? 'inside.fit.wide' : 'inside.fit.high', {
    width: round(width),
    height: round(height),
    x: round(x),
    y: round(y),
    scale: number(scale, { maximumSignificantDigits: 3 }),
    free: number(Math.max(0, free), { maximumFractionDigits: 1 }),
  });
}

/**
 * Fits a canvas to its place, and makes it one unit wide and high.
 * @param {HTMLCanvasElement} canvas
 * @returns {CanvasRenderingContext2D | null} null while it is not seen
 */
function scaled(canvas) {
  const size = Math.round(canvas.getBoundingClientRect().width * devicePixelRatio);
  const ink = size > 0 ? canvas.getContext('2d') : null;
  if (!ink) return null;
  if (canvas.width !== size || canvas.height !== size) canvas.width = canvas.height = size;
  ink.setTransform(size, 0, 0, size, 0, 0);
  ink.clearRect(0, 0, 1, 1);
  return ink;
}

/**
 * The network's pixels.
 * @param {CanvasRenderingContext2D} ink
 * @param {string} colour
 * @param {number} share how much of them is seen
 */
function grid(ink, colour, share) {
  ink.globalAlpha = share;
  ink.strokeStyle = colour;
  ink.lineWidth = 0.002;
  ink.beginPath();
  for (let i = 1; i < FRAME; i++) {
    ink.moveTo(i / FRAME, 0);
    ink.lineTo(i / FRAME, 1);
    ink.moveTo(0, i / FRAME);
    ink.lineTo(1, i / FRAME);
  }
  ink.stroke();
  ink.globalAlpha = 1;
}

/**
 * @param {Stroke} stroke
 * @param {(v: number, axis: number) => number} place
 */
function path({ points }, place) {
  const line = new Path2D();
  for (let i = 0; i < points.length; i += 2) line.lineTo(place(points[i], 0), place(points[i + 1], 1));
  // A line without length is not painted, not even its round ends.
  if (points.length === 2) line.lineTo(place(points[0], 0) + 1e-4, place(points[1], 1));
  return line;
}
