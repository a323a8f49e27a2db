// How much is said of an answer: when each of the page's three kinds of headline is true.

/**
 * sure    a class reaches the network's threshold: it is named
 * unsure  none does: the two likeliest are asked about
 * unlike  this is probably something else: the network's energy is below what garments have
 * @typedef {'sure' | 'unsure' | 'unlike'} Verdict
 */

// A network without a threshold for the energy, as of 2020 or of a builder who has fitted none, is judged by its probabilities
// alone: none of them comes near, and this is something else.

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
 * @param {Pick<import('../croquis.js').Calibration, 'threshold' | 'energy'>} calibration of the network for such input
 * @returns {Verdict}
 */
export function verdict({ top, energy, sure }, calibration) {
  const unlike = calibration.energy === 0 ? far(top, calibration.threshold) : energy !== null && energy < calibration.energy;
  if (unlike) return 'unlike';
  return sure ? 'sure' : 'unsure';
}

/**
 * @param {import('../croquis.js').Answer['top']} top
 * @param {number} threshold
 */
function far(top, threshold) {
  const entropy = top.reduce((sum, { probability: p }) => (p > 0 ? sum - p * Math.log(p) : sum), 0);
  return Math.exp(entropy) >= EVEN * top.length || top[0].probability < FAR * threshold;
}
