// An answer cut into what is shown of it.

/** How many classes are shown by name; all the others are one. */
export const NAMED = 5;

/**
 * @typedef {object} Share
 * @property {number} index of the class, −1 for all others
 * @property {string} name of the class as the network has it, '' for all others
 * @property {string} label in the visitor's language
 * @property {number} probability in thousandths, so that all that is shown sums to one
 */

/**
 * The likeliest classes, and all others as one.
 * @param {import('../croquis.js').Answer} answer
 * @param {(name: string) => string} labelOf what to call a class
 * @param {string} other what to call the others
 * @returns {Share[]}
 */
export function shares({ top }, labelOf, other) {
  const round = (/** @type {number} */ p) => Math.round(1000 * p) / 1000;
  const named = top.slice(0, NAMED).map(({ index, label, probability }) => ({
    index,
    name: label,
    label: labelOf(label),
    probability: round(probability),
  }));
  const rest = 1 - named.reduce((sum, s) => sum + s.probability, 0);
  return [...named, { index: -1, name: '', label: other, probability: Math.max(0, round(rest)) }];
}
