// All maps of a layer side by side in one picture.

import { glow, words } from './glow.js';

/**
 * A layer's values, as the classifier gives them: channels last.
 * @typedef {import('../croquis.js').Inside} Layer
 */

/**
 * Where the maps of a layer lie. Sizes are in pixels of the canvas, zoom is how many pixels of the page each is wide.
 * @typedef {object} Plan
 * @property {number} columns
 * @property {number} rows
 * @property {number} repeat how many pixels wide a value is: a map of a single value would be lost otherwise
 * @property {number} zoom
 * @property {[number, number]} tile width and height of a map
 * @property {[number, number]} size of the canvas
 */

/** Between two maps, in pixels of the canvas. */
export const GAP = 1;

/**
 * Lays out maps in as many equal rows as a place needs.
 * @param {number[]} shape height, width and number of the maps
 * @param {number} room width of the place in pixels of the page
 * @returns {Plan}
 */
export function plan([h, w, count], room) {
  const repeat = w < 6 ? Math.ceil(6 / w) : 1;
  const tile = /** @type {[number, number]} */ ([w * repeat, h * repeat]);
  const zoom = w === 1 ? 4 : Math.max(2, Math.round(36 / tile[0]));
  const fit = Math.max(1, Math.floor((room / zoom + GAP) / (tile[0] + GAP)));
  const rows = Math.ceil(count / fit);
  const columns = Math.ceil(count / rows);
  return { columns, rows, repeat, zoom, tile, size: [columns * (tile[0] + GAP) - GAP, rows * (tile[1] + GAP) - GAP] };
}

/**
 * What a layer's brightest value stands for: one scale for all its maps, so that they can be compared.
 * @param {{min: number, max: number}} layer
 * @returns {number} greater than 0
 */
export const scaleOf = ({ min, max }) => Math.max(Math.abs(min), Math.abs(max)) || 1;

/**
 * Paints all maps of a layer.
 * @param {ImageData} image of the plan's size; what lies between the maps is left as it is
 * @param {Layer} layer
 * @param {Plan} layout
 */
export function paintMaps(image, { shape: [h, w, count], maps, min, max }, { columns, repeat, tile, size }) {
  const pixels = words(image);
  const scale = scaleOf({ min, max });
  for (let k = 0; k < count; k++) {
    const left = (k % columns) * (tile[0] + GAP);
    const top = Math.floor(k / columns) * (tile[1] + GAP);
    for (let y = 0; y < h * repeat; y++) {
      const from = Math.floor(y / repeat) * w;
      const to = (top + y) * size[0] + left;
      for (let x = 0; x < w * repeat; x++) pixels[to + x] = glow(maps[(from + Math.floor(x / repeat)) * count + k] / scale);
    }
  }
}

/**
 * One map of a layer, row by row.
 * @param {Layer} layer
 * @param {number} k
 * @returns {Float32Array}
 */
export function mapOf({ shape: [h, w, count], maps }, k) {
  return Float32Array.from({ length: h * w }, (_, i) => maps[i * count + k]);
}
