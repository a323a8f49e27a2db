// The answer for those who listen.

import { number, text } from '../page/text.js';

/** A screen reader gets an answer when it has stood for so long, in ms: in between nobody could listen. */
const SETTLED = 900;

export class Spoken {
  /** @type {HTMLElement} */ #region;
  #timer = 0;

  /** @param {HTMLElement} region a live region */
  constructor(region) {
    this.#region = region;
  }

  /** @param {string} sentence what is true now; '' for nothing */
  say(sentence) {
    clearTimeout(this.#timer);
    // What is no longer true must not be there to be read, not even for a moment.
    if (this.#region.textContent !== sentence) this.#region.textContent = '';
    this.#timer = setTimeout(() => {
      if (this.#region.textContent !== sentence) this.#region.textContent = sentence;
    }, SETTLED);
  }
}

/**
 * The whole answer in a sentence.
 * @param {import('./shares.js').Share[]} shares
 * @param {import('../verdict.js').Verdict} verdict
 */
export function sentence(shares, verdict) {
  const parts = shares.map(({ label, probability }) =>
    text('answer.spokenShare', { label, percent: number(Math.round(100 * probability)) }),
  );
  return text(`answer.spoken.${verdict}`, { shares: parts.join(', ') });
}
