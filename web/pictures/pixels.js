// Pictures as numbers: areas averaged, colours made grey, pictures turned. Everything here and in background.js, frame.js
// and prepare.js is arithmetic on arrays, without a canvas or a document.

/**
 * A picture in colour, without transparency: red, green, blue and an unused fourth value from 0 to 255, row by row, as a
 * canvas has them.
 * @typedef {object} Picture
 * @property {number} width
 * @property {number} height
 * @property {Uint8ClampedArray | Float32Array} data
 */

/**
 * A rectangle in pixels from the left upper corner; its sides need not lie between pixels.
 * @typedef {object} Frame
 * @property {number} x
 * @property {number} y
 * @property {number} width
 * @property {number} height
 */

/** Values of a pixel of a Picture. */
const RGBA = 4;

/**
 * Averages areas: every pixel of the result is the mean of what lies below it, pixels that are only half below it counted
 * half. The frame must lie within the picture.
 * @param {ArrayLike<number>} data rows of pixels of so many channels
 * @param {number} stride pixels in a row
 * @param {number} channels
 * @param {Frame} frame what to take of it
 * @param {number} width of the result
 * @param {number} height
 * @returns {Float32Array} height rows of width pixels
 */
export function resample(data, stride, channels, frame, width, height) {
  const columns = spans(frame.x, frame.width, width);
  const rows = spans(frame.y, frame.height, height);
  const first = rows[0].from;
  const last = rows[height - 1].from + rows[height - 1].weights.length;
  // First along the rows, then along the columns.
  const narrow = new Float32Array((last - first) * width * channels);
  for (let y = first, out = 0; y < last; y++) {
    for (const { from, weights } of columns) {
      const begin = (y * stride + from) * channels;
      for (let c = 0; c < channels; c++, out++) {
        let sum = 0;
        for (let i = 0, at = begin + c; i < weights.length; i++, at += channels) sum += weights[i] * data[at];
        narrow[out] = sum;
      }
    }
  }
  const result = new Float32Array(width * height * channels);
  const wide = width * channels;
  for (let y = 0; y < height; y++) {
    const { from, weights } = rows[y];
    for (let i = 0; i < weights.length; i++) {
      const at = (from - first + i) * wide;
      for (let x = 0; x < wide; x++) result[y * wide + x] += weights[i] * narrow[at + x];
    }
  }
  return result;
}

/**
 * Which pixels lie below each of n equal parts of a length, and which share of the part each has.
 * @param {number} start
 * @param {number} length
 * @param {number} n
 * @returns {Array<{from: number, weights: Float32Array}>}
 */
function spans(start, length, n) {
  const size = length / n;
  return Array.from({ length: n }, (_, i) => {
    const [lo, hi] = [start + i * size, start + (i + 1) * size];
    // Rounding must not let a part reach a millionth into a pixel that is not there.
    const from = Math.floor(lo + 1e-6);
    const weights = new Float32Array(Math.max(1, Math.ceil(hi - 1e-6) - from));
    for (let k = 0; k < weights.length; k++) weights[k] = (Math.min(hi, from + k + 1) - Math.max(lo, from + k)) / size;
    return { from, weights };
  });
}

/**
 * Takes a frame out of a picture, no larger than need be.
 * @param {Picture} picture
 * @param {Frame} frame
 * @param {number} most pixels of the result's longest side
 * @returns {Picture}
 */
export function cut(picture, frame, most) {
  const scale = Math.min(1, most / Math.max(frame.width, frame.height));
  const width = Math.max(1, Math.round(frame.width * scale));
  const height = Math.max(1, Math.round(frame.height * scale));
  return { width, height, data: resample(picture.data, picture.width, RGBA, frame, width, height) };
}

/**
 * How bright each pixel is, by the weights of Rec. 601, with which photos are usually made grey.
 * @param {Picture} picture
 * @returns {Float32Array} (height, width), 0 to 1
 */
export function grey({ width, height, data }) {
  const values = new Float32Array(width * height);
  for (let i = 0; i < values.length; i++) {
    values[i] = (0.299 * data[RGBA * i] + 0.587 * data[RGBA * i + 1] + 0.114 * data[RGBA * i + 2]) / 255;
  }
  return values;
}

/**
 * Turns a picture clockwise about its middle. Quarter turns lose nothing; with other angles the corners are cut off, and
 * what comes from beyond the picture looks like its nearest border.
 * @param {Picture} picture
 * @param {number} degrees
 * @returns {Picture}
 */
export function turn(picture, degrees) {
  const quarters = Math.round(degrees / 90);
  let turned = picture;
  for (let i = 0; i < ((quarters % 4) + 4) % 4; i++) turned = quarter(turned);
  const rest = degrees - 90 * quarters;
  return rest === 0 ? turned : tilt(turned, rest);
}

/**
 * @param {Picture} picture
 * @returns {Picture} a quarter turn clockwise
 */
function quarter({ width, height, data }) {
  const turned = new Uint8ClampedArray(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = RGBA * (y * width + x);
      const to = RGBA * (x * height + height - 1 - y);
      for (let c = 0; c < RGBA; c++) turned[to + c] = data[from + c];
    }
  }
  return { width: height, height: width, data: turned };
}

/**
 * @param {Picture} picture
 * @param {number} degrees clockwise, not more than 45 either way
 * @returns {Picture} of the same size
 */
function tilt({ width, height, data }, degrees) {
  const turned = new Uint8ClampedArray(data.length);
  const [sin, cos] = [Math.sin((degrees * Math.PI) / 180), Math.cos((degrees * Math.PI) / 180)];
  const [middleX, middleY] = [(width - 1) / 2, (height - 1) / 2];
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const u = clamp(cos * (x - middleX) + sin * (y - middleY) + middleX, 0, width - 1);
      const v = clamp(cos * (y - middleY) - sin * (x - middleX) + middleY, 0, height - 1);
      const [left, top] = [Math.min(Math.floor(u), Math.max(0, width - 2)), Math.min(Math.floor(v), Math.max(0, height - 2))];
      const [fx, fy] = [u - left, v - top];
      const right = RGBA * Math.min(1, width - 1);
      const below = RGBA * width * Math.min(1, height - 1);
      for (let c = 0; c < RGBA; c++, to++) {
        const at = RGBA * (top * width + left) + c;
        const upper = (1 - fx) * data[at] + fx * data[at + right];
        const lower = (1 - fx) * data[at + below] + fx * data[at + below + right];
        turned[to] = (1 - fy) * upper + fy * lower;
      }
    }
  }
  return { width, height, data: turned };
}

/**
 * @param {number} value
 * @param {number} lo
 * @param {number} hi
 */
export const clamp = (value, lo, hi) => Math.min(Math.max(value, lo), hi);
