// The room that shows how the answer came about: the likely classes over the course of the drawing. Scrubbing along it, the
// drawing replays on the sheet and is not changed.

import { SIDE } from '../drawing/stroke.js';
import { until } from '../drawing/until.js';
import { thumbnail } from '../keep/thumbnail.js';
import { bequeath, h } from '../page/dom.js';
import { orNothing, whileSeen } from '../page/seen.js';
import { labelOf, percent, text } from '../page/text.js';
import { Chart, rivals } from './chart.js';
import { Player } from './player.js';

/** So many moments of a drawing are looked at. */
const MOMENTS = 60;

/**
 * @param {import('../page/page.js').Page} page
 * @param {HTMLElement} root
 */
export function mount(page, root) {
  const room = new Room(page, root);
  root.append(room.element);
  const update = whileSeen(page, 'time', root, () => room.update());
  // Who goes on drawing, does so from the whole of it; and a room that is closed shows nothing on the sheet.
  page.drawing.addEventListener('change', () => {
    room.rest();
    update();
  });
  page.on('classifier', update);
  page.on('picture', update);
  page.on('colours', (colours) => room.tint(colours));
  page.on('tab', (tab) => {
    if (tab !== 'time') room.rest();
  });
}

class Room {
  /** @type {import('../page/page.js').Page} */ #page;
  /** @type {import('./chart.js').Course | null} */ #course = null;
  /** @type {number[]} */ #ends = [];
  #moment = 0;
  #empty = h('p', { class: 'dim' }, text('time.empty'));
  #hint = h('p', { class: 'dim' }, text('time.hint'));
  /** The drawing at the moment; the sheet, which shows it too, may be far above. */
  #copy = h('div', { class: 'time-copy' });
  #chart = new Chart((share) => this.#scrub(share));
  #slider = h('input', { type: 'range', min: 0, max: 0, value: 0, 'aria-label': text('time.slider') });
  #play = h('button', { type: 'button', onclick: () => this.#toggle() }, text('time.play'));
  #now = h('p', { class: 'time-now' });
  #player = new Player(
    (moment) => this.#go(moment),
    (playing) => (this.#play.textContent = text(playing ? 'time.pause' : 'time.play')),
  );
  #content = h('div', { class: 'time' }, this.#copy, this.#chart.element, h('div', { class: 'time-controls' }, this.#slider, this.#play, this.#now));

  /** Gets the focus when there is nothing to scrub along any more. @type {HTMLElement} */ #panel;

  /**
   * @param {import('../page/page.js').Page} page
   * @param {HTMLElement} panel
   */
  constructor(page, panel) {
    this.#page = page;
    this.#panel = panel;
    this.element = h('div', {}, this.#empty, this.#hint, this.#content);
    this.tint(page.colours);
    this.#slider.addEventListener('input', () => {
      this.#player.stop();
      this.#go(Number(this.#slider.value));
    });
  }

  /** Looks at the whole course anew. */
  async update() {
    const { classifier, picture, drawing } = this.#page;
    const there = classifier !== null && picture === null && !drawing.empty;
    this.#empty.hidden = there;
    this.#hint.hidden = !there;
    bequeath(this.#content, this.#panel, () => (this.#content.hidden = !there));
    if (!there) {
      this.#course = null;
      return;
    }
    const strokes = drawing.all;
    const course = await orNothing(classifier.course(strokes, MOMENTS));
    if (!course) return;
    let sum = 0;
    this.#ends = strokes.map(({ points }) => (sum += points.length / 2));
    this.#course = course;
    this.#slider.max = String(course.points.length - 1);
    this.#chart.show(course, this.#ends, classifier.info.labels);
    // Another network has another course of the same moments.
    const now = course.points.indexOf(this.#page.moment);
    this.#show(now < 0 ? course.points.length - 1 : now);
  }

  /** @param {readonly string[]} colours of the classes */
  tint(colours) {
    this.#chart.tint(colours);
  }

  /** Back to the whole drawing. */
  rest() {
    const last = this.#course ? this.#course.points.length - 1 : 0;
    if (this.#moment === last && !this.#player.playing) return;
    this.#player.stop();
    this.#page.set({ moment: -1 });
    if (this.#course) this.#show(last);
  }

  #toggle() {
    if (this.#player.playing) {
      this.#player.stop();
    } else if (this.#course) {
      const { points } = this.#course;
      // Each stroke is whole from the first moment on that has all of its points.
      const stops = this.#ends.map((end) => points.findIndex((drawn) => drawn >= end));
      this.#player.play(this.#moment, points.length - 1, stops);
    }
  }

  /** @param {number} share of the drawing */
  #scrub(share) {
    if (!this.#course) return;
    this.#player.stop();
    const { points } = this.#course;
    const wanted = share * points[points.length - 1];
    let nearest = 0;
    for (const [i, drawn] of points.entries()) if (Math.abs(drawn - wanted) < Math.abs(points[nearest] - wanted)) nearest = i;
    this.#go(nearest);
  }

  /** @param {number} moment to show here and on the sheet */
  #go(moment) {
    if (!this.#course) return;
    const { points } = this.#course;
    this.#show(moment);
    this.#page.set({ moment: moment === points.length - 1 ? -1 : points[moment] });
  }

  /** @param {number} moment */
  #show(moment) {
    this.#moment = moment;
    const said = this.#say(moment);
    this.#slider.value = String(moment);
    this.#slider.setAttribute('aria-valuetext', said);
    this.#now.textContent = said;
    const small = thumbnail(until(this.#page.drawing.all, this.#course?.points[moment] ?? -1));
    small.setAttribute('viewBox', `0 0 ${SIDE} ${SIDE}`); // all of the sheet, so that what is there stays in its place
    this.#copy.replaceChildren(small);
    this.#chart.mark(moment);
  }

  /** @param {number} moment */
  #say(moment) {
    const course = this.#course;
    if (!course) return '';
    const { points, probabilities, verdicts } = course;
    const stroke = this.#ends.findIndex((end) => end >= points[moment]) + 1;
    const labels = this.#page.classifier?.info.labels ?? [];
    const named = rivals(course).sort((a, b) => probabilities[moment][b] - probabilities[moment][a]);
    const share = (/** @type {number} */ i) => ({ label: labelOf(labels[i]), percent: percent(probabilities[moment][i]) });
    const said = verdicts[moment];
    let answers = text('time.nothing');
    if (said === 'sure') answers = named.map((i) => `${share(i).label} ${share(i).percent}`).join(', ');
    else if (said) answers = text(`answer.caption.${said}`, share(probabilities[moment].indexOf(Math.max(...probabilities[moment]))));
    return text('time.moment', { stroke, strokes: this.#ends.length, answers });
  }
}
