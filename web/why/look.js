// How a stroke looks that speaks for or against a class. The colour says it, and so do the line's width and dashes.

import { LITTLE } from './reasons.js';

/** Dashes of what speaks against, in units of the drawing. */
const DASHES = [7, 6];

/**
 * @typedef {object} Look
 * @property {'for' | 'against' | 'neither'} side
 * @property {string} colour the name of a property of the style sheet
 * @property {number} width as a multiple of the stroke's own
 * @property {number[]} dash none for a whole line
 */

/**
 * @param {number} share what a stroke adds to the probability, −1 to 1
 * @returns {Look}
 */
export function look(share) {
  if (Math.abs(share) < LITTLE) return { side: 'neither', colour: '--quiet', width: 0.7, dash: [] };
  // By the root, as the differences between small shares are of interest.
  const strength = Math.sqrt(Math.min(1, Math.abs(share)));
  return share > 0
    ? { side: 'for', colour: '--accent', width: 1 + strength, dash: [] }
    : { side: 'against', colour: '--against', width: 0.9 + 0.7 * strength, dash: DASHES };
}
