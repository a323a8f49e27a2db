// A picture in words: what it is called, and what it is said to be, below it or beside it.

import { labelOf, percent, text } from './text.js';

/**
 * What to call a picture.
 * @param {Pick<import('./page.js').Picture, 'title'>} picture
 */
export function titleOf({ title }) {
  return title ? text('pictures.photoOf', { name: labelOf(title.label), number: title.number }) : text('pictures.yours');
}

/**
 * @param {import('../croquis.js').Answer | null} answer
 * @returns {string} '' where nothing is answered
 */
export function caption(answer) {
  if (!answer?.verdict) return '';
  const [best] = answer.top;
  return text(`answer.caption.${answer.verdict}`, { label: labelOf(best.label), percent: percent(best.probability) });
}
