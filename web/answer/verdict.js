// How much is said of an answer. What the words are is in the texts; here is when each of them is true.

/**
 * sure    a class reaches the network's threshold: it is named
 * unsure  none does: the two likeliest are asked about
 * unlike  none comes near: this is probably something else
 * @typedef {'sure' | 'unsure' | 'unlike'} Verdict
 */

/**
 * Half of the threshold, at which one in two thousand… is not what is meant: a threshold is fitted so that those answers
 * which reach it are mostly right, and an answer of less than half of it has a rival that is as good, and others besides.
 */
const FAR = 0.5;

/**
 * An answer is spread over exp(entropy) classes: over one when it is certain, over all ten when it is a shrug. From half of
 * the classes on the network tells hardly more than that there is something.
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
