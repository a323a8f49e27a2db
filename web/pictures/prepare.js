// From a picture to what the network takes, step by step, as the photos of Fashion-MNIST were made: cut out, grey, bright
// on a black ground, the longest side fitted to 28 pixels and centred.

import { boundsOf, garment, ground } from './background.js';
import { clamp, cut, grey, resample } from './pixels.js';

/** Pixels of a side of what the network takes. */
export const SIDE = 28;

/** A cut-out is looked at with so many pixels at most: ten for each of the result's. */
const LOOK = 280;

/** The least threshold, for pictures without any noise. */
const LEAST = 0.03;

/** The brightest pixel of a dark garment is made white, but no garment is made this many times brighter. */
const GAIN = 8;

/**
 * How to prepare a picture. null: as the picture itself suggests.
 * @typedef {object} Choices
 * @property {import('./pixels.js').Frame} frame what to cut out, in the picture's pixels
 * @property {boolean | null} invert whether what is dark becomes bright: right for garments on something light
 * @property {number | null} threshold what differs less from the background belongs to it, 0 to 1
 */

/**
 * What came of it, and of each step.
 * @typedef {object} Prepared
 * @property {import('./pixels.js').Picture} cut
 * @property {Float32Array} grey (cut.height, cut.width), 0 to 1
 * @property {Float32Array} flat the garment alone, bright on 0: (cut.height, cut.width), 0 to 1
 * @property {boolean} invert whether it was inverted
 * @property {number} threshold that was used
 * @property {import('./pixels.js').Frame | null} box around the garment, in the cut-out's pixels; null when there is none
 * @property {Float32Array} values (28, 28), 0 to 1; all 0 when there is no garment
 */

/**
 * Prepares a picture.
 * @param {import('./pixels.js').Picture} picture
 * @param {Choices} choices
 * @returns {Prepared}
 */
export function prepare(picture, choices) {
  const part = cut(picture, choices.frame, LOOK);
  const { width, height } = part;
  const below = ground(part);
  const threshold = choices.threshold ?? suggestedThreshold(below.noise);
  const mask = garment(part, below, threshold);
  const bright = grey(part);
  const lit = groundLight(below.colour);
  const invert = choices.invert ?? mean(lit) > 0.5;
  const flat = bright.map((value, i) => (mask[i] ? lift(value, lit[i], invert) : 0));
  const box = boundsOf(mask, width, height);
  return { cut: part, grey: bright, flat, invert, threshold, box, values: box ? fit(flat, width, box) : new Float32Array(SIDE * SIDE) };
}

/**
 * The threshold for a background of such noise.
 * @param {number} noise
 */
export const suggestedThreshold = (noise) => clamp(6 * noise, LEAST, 0.5);

/**
 * How bright the background is.
 * @param {Float32Array} colour red, green and blue, 0 to 255
 * @returns {Float32Array} 0 to 1
 */
function groundLight(colour) {
  return Float32Array.from({ length: colour.length / 3 }, (_, i) => (0.299 * colour[3 * i] + 0.587 * colour[3 * i + 1] + 0.114 * colour[3 * i + 2]) / 255);
}

/** @param {Float32Array} values */
const mean = (values) => values.reduce((sum, v) => sum + v, 0) / values.length;

/**
 * How far a pixel stands out from the ground, of all that it could: to black from something light, else to white.
 * @param {number} value
 * @param {number} ground
 * @param {boolean} invert
 */
function lift(value, ground, invert) {
  const room = Math.max(invert ? ground : 1 - ground, 0.05);
  return clamp((invert ? ground - value : value - ground) / room, 0, 1);
}

/**
 * Fits what is in the box into 28×28 pixels: the longest side spans them, the other is centred, and where that leaves an
 * odd number of pixels the left or upper margin is the wider one. The brightest pixel becomes white. All three hold for
 * the photos of Fashion-MNIST: the first for 98 % of them, the others for all but a few.
 * @param {Float32Array} flat rows of so many pixels
 * @param {number} stride
 * @param {import('./pixels.js').Frame} box
 * @returns {Float32Array} (28, 28)
 */
export function fit(flat, stride, box) {
  const longest = Math.max(box.width, box.height);
  const width = Math.max(1, Math.round((SIDE * box.width) / longest));
  const height = Math.max(1, Math.round((SIDE * box.height) / longest));
  const small = resample(flat, stride, 1, box, width, height);
  const brightest = small.reduce((most, v) => Math.max(most, v), 1 / GAIN);
  const [left, top] = [Math.ceil((SIDE - width) / 2), Math.ceil((SIDE - height) / 2)];
  const values = new Float32Array(SIDE * SIDE);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) values[(top + y) * SIDE + left + x] = small[y * width + x] / brightest;
  }
  return values;
}
