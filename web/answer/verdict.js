// How much is said of an answer: when each of the page's three kinds of headline is true.

/**
 * sure    a class reaches the network's threshold: it is named
 * unsure  none does: the two likeliest are asked about
 * unlike  none comes near: this is probably something else
 * @typedef {'sure' | 'unsure' | 'unlike'} Verdict
 */

/**
 * Of the threshold. It is fitted so that answers which reach it are mostly right; one that has less than half of it leaves
 * more to the other classes than the network leaves on garments that it knows.
 */
const FAR = 0.5;

/**
 * Of all classes. An answer is spread over exp(entropy) classes: over one when it is certain, over all when it is a shrug.
 * From half of them on it says hardly more than that there is something.
 */
const EVEN = 0.5;

/**
 * @param {import('../croquis.js').Answer} answer not blank
 * @param {number} threshold of the network for such input
 * @returns {Verdict}
 */
export function verdict({ top, sure }, threshold) {
  const entropy = top.reduce((sum, { probability: p }) => (p > 0 ? sum - p * Math.log(p) : sum), 0);
  if (Math.exp(entropy) >= EVEN * top.length || top[0].probability < FAR * threshold) return 'unlike';
  return sure ? 'sure' : 'unsure';
}
