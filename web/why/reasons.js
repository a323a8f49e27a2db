// What leaving out strokes says, in a sentence.

import { labelOf, percent, text } from '../page/text.js';
import { boxOf, placeOn } from './place.js';

/** A stroke that changes the probability by less than this makes no difference. */
export const LITTLE = 0.01;

/** From this change on a stroke is worth a sentence. */
const MUCH = 0.05;

/**
 * @typedef {import('../drawing/stroke.js').Stroke} Stroke
 * @typedef {object} Reason what one stroke says for a class
 * @property {number} stroke its index
 * @property {string} name such as "stroke 3, lower left"
 * @property {number} without the class's probability without it
 * @property {number} share what it adds to the probability: below zero it speaks against the class
 */

/**
 * @param {readonly Stroke[]} strokes
 * @param {{probability: number, without: ArrayLike<number>}} why
 * @returns {Reason[]} in the order of the strokes
 */
export function reasons(strokes, { probability, without }) {
  const whole = boxOf(strokes);
  return strokes.map((stroke, i) => {
    const place = placeOn(boxOf([stroke]), whole);
    const name = text(stroke.patch ? 'why.area' : 'why.stroke', { number: i + 1, place });
    return { stroke: i, name, without: without[i], share: probability - without[i] };
  });
}

/**
 * The stroke that matters most for a class, for or against it.
 * @param {Reason[]} all at least one
 */
export const weightiest = (all) => all.reduce((most, reason) => (Math.abs(reason.share) > Math.abs(most.share) ? reason : most));

/**
 * @typedef {object} Case
 * @property {string} label of the class
 * @property {number} probability of it
 * @property {boolean} likeliest whether it is what the drawing is said to be
 * @property {Reason[]} reasons
 * @property {import('../croquis.js').Answer | null} rest the answer without the weightiest stroke; null if that was not asked
 */

/**
 * The reasons in a sentence.
 * @param {Case} what
 */
export function verdict({ label, probability, likeliest, reasons: all, rest }) {
  if (all.length === 1) return text('why.only');
  const most = weightiest(all);
  const values = { stroke: most.name, label: labelOf(label), from: percent(probability), to: percent(most.without) };
  if (Math.abs(most.share) < MUCH) return text('why.none', { ...values, most: percent(Math.max(LITTLE, Math.abs(most.share))) });
  const other = rest?.top[0];
  if (other && (other.label === label) !== likeliest) {
    return text('why.would', { ...values, other: labelOf(other.label), probability: percent(other.probability) });
  }
  if (rest?.blank) return text('why.nothing', values);
  return text(most.share > 0 ? 'why.falls' : 'why.rises', values);
}
