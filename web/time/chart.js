// The course of a drawing as a chart: a line for each of the classes that were ever likely, with its name at its end.

import { h, svg } from '../page/dom.js';
import { labelOf, number, percent, text } from '../page/text.js';

/** How many classes get a line. */
const LINES = 4;

/** Space around the lines in rem, for the scale and for the names: they grow with the visitor's letters. */
const MARGIN = { top: 1.375, right: 7, bottom: 1.5, left: 2.75 };

/** In a chart that is narrower than this, in rem, names stand at the ends of lines alone: there is no room among them. */
const NARROW = 30;

/** A letter of a name is no wider than this in the mean, in rem. */
const LETTER = 0.46;

/** Names are at least so far apart, in rem. */
const APART = 1.125;

/** A line that never rises above this has no peak. */
const FLAT = 0.1;

/** Dashes and the colours of the pie tell the lines apart where they cross; the names say which is which. */
const DASHES = ['none', '7 4', '2 4', '10 4 2 4'];

/**
 * @typedef {object} Course
 * @property {number[]} points how many points of the drawing are drawn at each moment
 * @property {Float32Array[]} probabilities
 * @property {Array<import('../verdict.js').Verdict | null>} verdicts
 */

/**
 * The classes that deserve a line: those that are likeliest at the end, and those that were the likeliest before.
 * @param {Course} course
 * @returns {number[]} the likeliest at the end first
 */
export function rivals({ probabilities }) {
  const last = probabilities[probabilities.length - 1];
  const weight = Array.from(last, (p, i) => p + probabilities.filter((all) => all[i] > 0 && all[i] === Math.max(...all)).length / probabilities.length);
  return Array.from(last, (_, i) => i)
    .sort((a, b) => weight[b] - weight[a])
    .slice(0, LINES)
    .sort((a, b) => last[b] - last[a]);
}

export class Chart {
  /** @type {Course | null} */ #course = null;
  /** @type {readonly string[]} */ #labels = [];
  /** @type {number[]} */ #rivals = [];
  /** @type {number[]} */ #ends = [];
  /** @type {readonly string[]} */ #colours = [];
  #moment = 0;
  #size = { width: 0, height: 0 };
  /** Pixels of a rem. */
  #rem = 16;
  #lines = svg('g');
  #cursor = svg('g', { class: 'time-cursor' });
  #svg = svg('svg', { class: 'time-chart', role: 'img', 'aria-hidden': 'true' }, this.#lines, this.#cursor);

  /** @param {(share: number) => void} scrub called with the place along the drawing, 0 to 1, where the pointer drags */
  constructor(scrub) {
    /** What goes into the page. */
    this.element = h('div', { class: 'time-plot' }, this.#svg);
    const at = (/** @type {PointerEvent} */ e) => {
      const { left, width } = this.#svg.getBoundingClientRect();
      const margin = this.#margin;
      scrub(Math.min(Math.max((e.clientX - left - margin.left) / (width - margin.left - margin.right), 0), 1));
    };
    this.#svg.addEventListener('pointerdown', (e) => {
      if (e.button !== 0) return;
      this.#svg.setPointerCapture(e.pointerId);
      at(e);
    });
    this.#svg.addEventListener('pointermove', (e) => this.#svg.hasPointerCapture(e.pointerId) && at(e));
    new ResizeObserver(() => this.#resize()).observe(this.element);
  }

  /**
   * @param {Course} course of at least one moment
   * @param {number[]} ends how many points are drawn when each stroke is whole
   * @param {readonly string[]} labels of the classes
   */
  show(course, ends, labels) {
    this.#course = course;
    this.#ends = ends;
    this.#labels = labels;
    this.#rivals = rivals(course);
    this.#svg.removeAttribute('aria-hidden');
    this.#svg.setAttribute('aria-label', text('time.chart', { lines: this.#rivals.map((i) => this.#name(i, course.points.length - 1)).join(', ') }));
    this.#draw();
  }

  /** @param {readonly string[]} colours of the classes; none for ink */
  tint(colours) {
    this.#colours = colours;
    this.#draw();
  }

  /** @param {number} moment to mark */
  mark(moment) {
    this.#moment = moment;
    this.#drawCursor();
  }

  /** The space around the lines, in pixels. */
  get #margin() {
    const rem = this.#rem;
    return { top: MARGIN.top * rem, right: MARGIN.right * rem, bottom: MARGIN.bottom * rem, left: MARGIN.left * rem };
  }

  #resize() {
    const { width, height } = this.element.getBoundingClientRect();
    this.#rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    if (width === this.#size.width && height === this.#size.height) return;
    this.#size = { width, height };
    this.#svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
    this.#draw();
  }

  /**
   * @param {number} index
   * @param {number} moment
   */
  #name(index, moment) {
    return `${labelOf(this.#labels[index])} ${percent(this.#course?.probabilities[moment][index] ?? 0)}`;
  }

  /** @param {number} points */
  #x(points) {
    const all = this.#course?.points;
    const total = all ? all[all.length - 1] : 1;
    return this.#margin.left + (points / total) * (this.#size.width - this.#margin.left - this.#margin.right);
  }

  /** @param {number} probability */
  #y(probability) {
    return this.#margin.top + (1 - probability) * (this.#size.height - this.#margin.top - this.#margin.bottom);
  }

  #draw() {
    const course = this.#course;
    if (!course || this.#size.width === 0) return;
    const parts = [...this.#doubts(course), ...this.#scale(), ...this.#strokes()];
    for (const [rank, index] of this.#rivals.entries()) {
      const places = course.points.map((points, k) => `${this.#x(points).toFixed(1)} ${this.#y(course.probabilities[k][index]).toFixed(1)}`);
      const start = `${this.#x(0).toFixed(1)} ${this.#y(0).toFixed(1)}`;
      const line = svg('path', { class: 'time-line', 'data-rank': rank, 'stroke-dasharray': DASHES[rank], d: `M${[start, ...places].join('L')}` });
      parts.push(this.#tinted(line, index));
    }
    this.#lines.replaceChildren(...parts, ...this.#names(course));
    this.#drawCursor();
  }

  /**
   * Where no class was named, for it was not sure or saw none of the ten: from the moment before to the moment.
   * @param {Course} course
   * @returns {SVGElement[]}
   */
  #doubts({ points, verdicts }) {
    const [top, bottom] = [this.#y(1), this.#y(0)];
    /** @type {SVGElement[]} */ const spans = [];
    for (let k = 0, begin = 0; k < points.length; begin = ++k) {
      while (k < points.length && verdicts[k] !== 'sure') k++;
      if (k === begin) continue;
      const [from, to] = [this.#x(points[begin - 1] ?? 0), this.#x(points[k - 1])];
      spans.push(svg('rect', { class: 'time-doubt', x: from, y: top, width: to - from, height: bottom - top }));
    }
    return spans;
  }

  /** @returns {SVGElement[]} */
  #scale() {
    const right = this.#size.width - this.#margin.right;
    return [0, 0.5, 1].flatMap((p) => [
      svg('path', { class: 'time-scale', d: `M${this.#margin.left} ${this.#y(p)}H${right}` }),
      svg('text', { x: this.#margin.left - 6, y: this.#y(p) + 4, 'text-anchor': 'end' }, number(p, { style: 'percent' })),
    ]);
  }

  /** Where each stroke ends. @returns {SVGElement[]} */
  #strokes() {
    const bottom = this.#size.height - this.#margin.bottom;
    let free = -Infinity;
    const title = svg('text', { x: 0, y: bottom + 1.0625 * this.#rem }, text('time.strokes'));
    const marks = this.#ends.flatMap((end, i) => {
      const [from, to] = [this.#x(this.#ends[i - 1] ?? 0), this.#x(end)];
      const line = svg('path', { class: 'time-scale', d: `M${to} ${this.#margin.top}V${bottom + 4}` });
      const middle = (from + to) / 2;
      // A number where there is room for it.
      if (to - from < 0.875 * this.#rem || middle - free < APART * this.#rem) return [line];
      free = middle;
      return [line, svg('text', { x: middle, y: bottom + 1.0625 * this.#rem, 'text-anchor': 'middle' }, String(i + 1))];
    });
    return [title, ...marks];
  }

  /**
   * A name for each line: at its end, or at its peak if it has come down since.
   * @param {Course} course
   * @returns {SVGElement[]}
   */
  #names({ points, probabilities }) {
    const last = points.length - 1;
    const line = APART * this.#rem;
    /** @type {number[]} */ const ended = [];
    /** @type {SVGElement[]} */ const names = [];
    const name = (/** @type {number} */ index, /** @type {Record<string, number | string>} */ place) =>
      names.push(svg('text', { class: 'time-name', 'data-rank': this.#rivals.indexOf(index), ...place }, labelOf(this.#labels[index])));
    /** @type {Array<{x: number, y: number}>} */ const taken = [];
    for (const index of this.#rivals) {
      let peak = 0;
      for (let k = 1; k <= last; k++) if (probabilities[k][index] > probabilities[peak][index]) peak = k;
      const most = probabilities[peak][index];
      if (this.#size.width < NARROW * this.#rem || most < FLAT || probabilities[last][index] > most / 2) {
        ended.push(index);
        continue;
      }
      // Above the peak; where another name is near, below that.
      const x = Math.max(this.#x(points[peak]), this.#margin.left + 2.25 * this.#rem);
      let y = this.#y(most) - 7;
      while (taken.some((other) => Math.abs(other.x - x) < 5.25 * this.#rem && Math.abs(other.y - y) < line - 3)) y += line - 3;
      taken.push({ x, y });
      name(index, { x, y, 'text-anchor': 'middle' });
    }
    const wanted = ended.map((index) => this.#y(probabilities[last][index]));
    const places = apart(wanted, this.#size.height - this.#margin.bottom, line);
    const x = this.#size.width - this.#margin.right;
    for (const [i, index] of ended.entries()) {
      names.push(this.#tinted(svg('path', { class: 'time-lead', d: `M${x + 1} ${wanted[i]}L${x + 8} ${places[i]}` }), index));
      // A long name begins among the lines rather than end outside.
      const long = LETTER * this.#rem * labelOf(this.#labels[index]).length > this.#margin.right - 11;
      name(index, long ? { x: this.#size.width, y: places[i] + 4, 'text-anchor': 'end' } : { x: x + 11, y: places[i] + 4 });
    }
    return names;
  }

  /**
   * Gives a mark the colour of a class.
   * @template {SVGElement} E
   * @param {E} mark
   * @param {number} index
   * @returns {E}
   */
  #tinted(mark, index) {
    if (this.#colours[index]) mark.style.setProperty('--colour', this.#colours[index]);
    return mark;
  }

  #drawCursor() {
    const course = this.#course;
    if (!course || this.#size.width === 0) return;
    const moment = Math.min(this.#moment, course.points.length - 1);
    const x = this.#x(course.points[moment]);
    const dots = this.#rivals.map((index, rank) =>
      this.#tinted(svg('circle', { 'data-rank': rank, cx: x, cy: this.#y(course.probabilities[moment][index]), r: 4 }), index),
    );
    this.#cursor.replaceChildren(svg('path', { d: `M${x} ${this.#margin.top - 4}V${this.#size.height - this.#margin.bottom + 4}` }), ...dots);
  }
}

/**
 * Moves places apart where they are too near, as little as needed.
 * @param {number[]} wanted from top to bottom
 * @param {number} bottom the last of them must not be lower
 * @param {number} distance
 */
function apart(wanted, bottom, distance) {
  const places = [...wanted];
  for (let i = 1; i < places.length; i++) places[i] = Math.max(places[i], places[i - 1] + distance);
  let limit = bottom;
  for (let i = places.length - 1; i >= 0; i--, limit = places[i + 1] - distance) places[i] = Math.min(places[i], limit);
  return places;
}
