// An answer in a line: below a saved picture, beside one that is named.

import { labelOf, percent, text } from './text.js';

/**
 * @param {import('../croquis.js').Answer | null} answer
 * @returns {string} '' where nothing is answered
 */
export function caption(answer) {
  if (!answer?.verdict) return '';
  const [best] = answer.top;
  return text(`answer.caption.${answer.verdict}`, { label: labelOf(best.label), percent: percent(best.probability) });
}
