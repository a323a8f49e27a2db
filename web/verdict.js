// How much is said of an answer: by this one rule wherever an answer is shown.

/**
 * sure    a class reaches the network's thresholds: it is named
 * unsure  none does, but this is a garment: the two likeliest are asked about
 * unlike  this is probably something else: the network's energy is below what garments have; or a line
 * @typedef {'sure' | 'unsure' | 'unlike'} Verdict
 */

/**
 * An answer is spread over exp(entropy) classes: over one when it is certain, over all when it is a shrug. From this share of all
 * classes on it says hardly more than that there is something. It decides for networks without a threshold for the energy alone:
 * for photos those that held none out to fit one, as the shipped one of the thesis; for drawings those that were not cross-validated.
 */
const EVEN = 0.5;

/**
 * What is so many times as long as it is wide, upright or lying, is a line, with which a drawing begins. Two of the 1,585 drawings of garments by
 * people are, and nobody could name them (internal/sketch/quickdraw/unnameable.txt); no other is more than four times as long.
 */
const LINE = 5;

/**
 * @param {import('./croquis.js').Answer['top']} top
 * @param {number} energy
 * @param {Pick<import('./croquis.js').Calibration, 'threshold' | 'energy'>} calibration of the network for such input
 * @param {import('./croquis.js').Fit | null} fit of the drawing, null for a picture
 * @returns {Verdict}
 */
export function verdict(top, energy, calibration, fit) {
  if (fit && Math.max(fit.width, fit.height) > LINE * Math.min(fit.width, fit.height)) return 'unlike';
  if (calibration.energy === 0 ? spread(top) >= EVEN * top.length : energy < calibration.energy) return 'unlike';
  return top[0].probability >= calibration.threshold ? 'sure' : 'unsure';
}

/** @param {import('./croquis.js').Answer['top']} top */
function spread(top) {
  return Math.exp(top.reduce((sum, { probability: p }) => (p > 0 ? sum - p * Math.log(p) : sum), 0));
}
