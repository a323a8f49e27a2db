// What is garment and what is what it lies on. The background is taken from the border of a picture, where it nearly
// always is, and may be brighter on one side than on the other, as paper below a lamp is.

/**
 * What a garment lies on.
 * @typedef {object} Ground
 * @property {Float32Array} colour (height, width, 3) red, green and blue that there would be without the garment, 0 to 255
 * @property {number} noise how much pixels of the background usually differ from that, 0 to 1: half of them differ less
 */

/** How much of a side counts as border. */
const BAND = 0.03;

/** Pixels of the border that differ more than this from the background, 0 to 255, are of something else. */
const INLIER = 26;

/** How often the background is fitted to those pixels of the border that were near it the time before. */
const ROUNDS = 6;

/** From this round on the background may bend. */
const BENT = 3;

/**
 * Fits the background's colour to the border: a surface that may slope, twist and bend, for each of red, green and blue. It
 * bends because soft shadows and lamps near by do.
 * @param {import('./pixels.js').Picture} picture
 * @returns {Ground}
 */
export function ground({ width, height, data }) {
  const border = borderOf(width, height);
  const usual = [0, 1, 2].map((c) => commonest(border, data, c));
  /** One for each channel: value = a + b·x + c·y + d·x·y + e·x² + f·y², with x and y from −1 to 1. */
  let surfaces = usual.map((value) => [value, 0, 0, 0, 0, 0]);
  let near = border;
  for (let round = 0; round < ROUNDS; round++) {
    const inliers = border.filter((i) => distance(i, width, height, data, surfaces) <= INLIER);
    if (inliers.length < Math.max(8, border.length / 20)) break;
    near = inliers;
    // At first only the height: few pixels are near yet, and they may all be in one corner. What bends comes last.
    const terms = round === 0 ? 1 : round < BENT ? 4 : 6;
    surfaces = surfaces.map((surface, c) => fitted(near, width, height, data, c, terms) ?? surface);
  }
  const colour = new Float32Array(width * height * 3);
  for (let i = 0, at = 0; i < width * height; i++) {
    const terms = basis(i, width, height);
    for (const surface of surfaces) colour[at++] = Math.min(Math.max(value(surface, terms), 0), 255);
  }
  const residues = Float32Array.from(near, (i) => distance(i, width, height, data, surfaces)).sort();
  return { colour, noise: residues[residues.length >> 1] / 255 };
}

/** So many pixels of a border are enough to know the background by. */
const ENOUGH = 2000;

/**
 * The pixels of the border, or every so many of them.
 * @param {number} width
 * @param {number} height
 * @returns {number[]} their indices
 */
function borderOf(width, height) {
  const band = Math.max(1, Math.round(BAND * Math.min(width, height)));
  const border = [];
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (x < band || y < band || x >= width - band || y >= height - band) border.push(i);
    }
  }
  const step = Math.ceil(border.length / ENOUGH);
  return border.filter((_, k) => k % step === 0);
}

/**
 * The value about which most pixels lie: unlike their mean, what else is at the border does not move it.
 * @param {number[]} pixels
 * @param {ArrayLike<number>} data
 * @param {number} channel
 */
function commonest(pixels, data, channel) {
  const values = Float32Array.from(pixels, (i) => data[4 * i + channel]).sort();
  // The narrowest interval that holds two fifths of them.
  const some = Math.max(1, Math.floor(0.4 * values.length));
  let best = 0;
  for (let i = 1; i + some < values.length; i++) {
    if (values[i + some] - values[i] < values[best + some] - values[best]) best = i;
  }
  return values[best + (some >> 1)];
}

/**
 * @param {number} i a pixel
 * @param {number} width
 * @param {number} height
 * @returns {number[]} what the surfaces' coefficients are multiplied with
 */
function basis(i, width, height) {
  const x = (2 * ((i % width) + 0.5)) / width - 1;
  const y = (2 * (Math.floor(i / width) + 0.5)) / height - 1;
  return [1, x, y, x * y, x * x, y * y];
}

/**
 * @param {number[]} surface
 * @param {number[]} terms
 */
function value(surface, terms) {
  let sum = 0;
  for (let k = 0; k < terms.length; k++) sum += surface[k] * terms[k];
  return sum;
}

/**
 * By how much a pixel differs from the surfaces, in the channel in which it does most.
 * @param {number} i
 * @param {number} width
 * @param {number} height
 * @param {ArrayLike<number>} data
 * @param {number[][]} surfaces
 */
function distance(i, width, height, data, surfaces) {
  const terms = basis(i, width, height);
  return Math.max(...surfaces.map((surface, c) => Math.abs(data[4 * i + c] - value(surface, terms))));
}

/**
 * The surface of least squares through a channel of some pixels, of the first n terms; null when they do not determine one.
 * @param {number[]} pixels
 * @param {number} width
 * @param {number} height
 * @param {ArrayLike<number>} data
 * @param {number} channel
 * @param {number} n
 * @returns {number[] | null}
 */
function fitted(pixels, width, height, data, channel, n) {
  // The normal equations, with the right side as their last column.
  const rows = Array.from({ length: n }, () => new Float64Array(n + 1));
  for (const i of pixels) {
    const terms = basis(i, width, height);
    for (let r = 0; r < n; r++) {
      for (let c = 0; c < n; c++) rows[r][c] += terms[r] * terms[c];
      rows[r][n] += terms[r] * data[4 * i + channel];
    }
  }
  for (let k = 0; k < n; k++) {
    // The matrix is symmetric and not negative: its pivots are where they are.
    if (rows[k][k] < 1e-6 * pixels.length) return null;
    for (let r = 0; r < n; r++) {
      if (r === k) continue;
      const factor = rows[r][k] / rows[k][k];
      for (let c = k; c <= n; c++) rows[r][c] -= factor * rows[k][c];
    }
  }
  return [0, 1, 2, 3, 4, 5].map((k) => (k < n ? rows[k][n] / rows[k][k] : 0));
}

/**
 * How much each pixel differs from the background, in the colour in which it does most.
 * @param {import('./pixels.js').Picture} picture
 * @param {Ground} ground
 * @returns {Float32Array} (height, width), −1 to 1; negative where all colours are darker
 */
function differences({ width, height, data }, { colour }) {
  const values = new Float32Array(width * height);
  for (let i = 0; i < values.length; i++) {
    let [most, brighter] = [0, false];
    for (let c = 0; c < 3; c++) {
      const d = data[4 * i + c] - colour[3 * i + c];
      most = Math.max(most, Math.abs(d) / 255);
      brighter ||= d > 0;
    }
    values[i] = brighter ? most : -most;
  }
  return values;
}

/** Parts of a garment smaller than this share of its largest part are crumbs. */
const CRUMB = 0.02;

/**
 * A shadow on the background is no darker than this, and grows darker by no more than SOFT over SPAN pixels: garments have
 * edges. From one pixel to the next would be too little to go by: an edge that lies between two pixels, or that JPEG has
 * blurred, is a slope, and a faint garment would be lost over it.
 */
const SHADOW = 0.2;
const SOFT = 0.02;
const SPAN = 3;

/**
 * The garment: what differs from the background by more than the threshold, and what that encloses, but for shadows and
 * crumbs.
 * @param {import('./pixels.js').Picture} picture
 * @param {Ground} ground
 * @param {number} threshold
 * @returns {Uint8Array} (height, width), 1 for the garment
 */
export function garment(picture, ground, threshold) {
  const { width, height } = picture;
  const differ = differences(picture, ground);
  const mask = new Uint8Array(width * height).fill(1);
  /** @type {number[]} */ const open = [];
  const like = (/** @type {number} */ i) => Math.abs(differ[i]) <= threshold;
  const near = (/** @type {number} */ i, /** @type {number} */ j) => Math.abs(differ[i] - differ[j]) <= SOFT;
  const shadow = (/** @type {number} */ i, /** @type {number} */ from) => {
    if (differ[i] > 0 || differ[i] < -SHADOW || !near(i, from)) return false;
    const back = behind(i, from, width, height);
    return mask[back] === 0 && near(i, back);
  };
  const reach = (/** @type {number} */ i) => {
    mask[i] = 0;
    open.push(i);
  };
  for (let i = 0; i < mask.length; i++) {
    const x = i % width;
    if ((x === 0 || x === width - 1 || i < width || i >= mask.length - width) && like(i)) reach(i);
  }
  for (let from = open.pop(); from !== undefined; from = open.pop()) {
    for (const i of neighbours(from, width, height)) if (mask[i] && (like(i) || shadow(i, from))) reach(i);
  }
  return sweep(mask, width, height);
}

/**
 * The pixel SPAN steps back from where a pixel was reached, or where the picture ends before that.
 * @param {number} i
 * @param {number} from its neighbour
 * @param {number} width
 * @param {number} height
 */
function behind(i, from, width, height) {
  const step = i - from;
  const [x, y] = [i % width, Math.floor(i / width)];
  const room = { [-1]: width - 1 - x, 1: x, [-width]: height - 1 - y, [width]: y }[step] ?? 0;
  return i - Math.min(SPAN, room) * step;
}

/**
 * Takes the crumbs away.
 * @param {Uint8Array} mask
 * @param {number} width
 * @param {number} height
 */
function sweep(mask, width, height) {
  const seen = new Uint8Array(mask.length);
  /** @type {number[][]} */ const parts = [];
  for (let start = 0; start < mask.length; start++) {
    if (!mask[start] || seen[start]) continue;
    seen[start] = 1;
    const part = [start];
    for (let k = 0; k < part.length; k++) {
      for (const i of neighbours(part[k], width, height)) {
        if (!mask[i] || seen[i]) continue;
        seen[i] = 1;
        part.push(i);
      }
    }
    parts.push(part);
  }
  const largest = parts.reduce((most, { length }) => Math.max(most, length), 0);
  for (const part of parts) if (part.length < CRUMB * largest) for (const i of part) mask[i] = 0;
  return mask;
}

/**
 * @param {number} i
 * @param {number} width
 * @param {number} height
 * @returns {number[]} the pixels left, right, above and below
 */
function neighbours(i, width, height) {
  const x = i % width;
  const all = [];
  if (x > 0) all.push(i - 1);
  if (x < width - 1) all.push(i + 1);
  if (i >= width) all.push(i - width);
  if (i < width * (height - 1)) all.push(i + width);
  return all;
}

/**
 * The smallest frame around all that is set.
 * @param {Uint8Array} mask
 * @param {number} width
 * @param {number} height
 * @returns {import('./pixels.js').Frame | null} null when nothing is
 */
export function boundsOf(mask, width, height) {
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (!mask[i]) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
  }
  return right < 0 ? null : { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}
