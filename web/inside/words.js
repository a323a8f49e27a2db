// How layers and their maps are spoken of.

import { hasText, labelOf, number, text } from '../page/text.js';

/** @typedef {import('./montage.js').Layer} Layer */

/** @param {number} value of a neuron or a weight */
export const exact = (value) => number(value, { maximumSignificantDigits: 3 });

/**
 * What a layer of this kind does, in plain words.
 * @param {Layer} layer
 */
export function does({ kind, then = [] }) {
  const said = [`inside.does.${kind}`, ...then.map((what) => `inside.then.${what}`)].filter(hasText).map((key) => text(key));
  return said.length > 0 ? said.join(' ') : text('inside.does.other');
}

/**
 * What a layer of this kind is called.
 * @param {Layer} layer
 */
export const kindOf = ({ kind }) => (hasText(`inside.kind.${kind}`) ? text(`inside.kind.${kind}`) : kind);

/**
 * A shape as a person writes it: 28 × 28, 32 maps.
 * @param {Layer} layer
 */
export function shapeOf({ shape: [h, w, count] }) {
  return h * w === 1 ? text('inside.numbers', { count }) : text('inside.shape', { h, w, count });
}

/**
 * @param {Layer} layer
 * @param {number} map
 * @param {readonly string[] | null} labels of the classes, where the maps of this layer are classes
 */
export const mapName = ({ shape }, map, labels) => (labels ? labelOf(labels[map]) : text('inside.map', { map: map + 1, maps: shape[2] }));

/**
 * What a map holds, in short.
 * @param {Layer} layer
 * @param {number} map
 */
export function mapHolds({ shape: [h, w, count], maps }, map) {
  if (h * w === 1) return exact(maps[map]);
  let [least, most] = [Infinity, -Infinity];
  for (let i = map; i < maps.length; i += count) {
    least = Math.min(least, maps[i]);
    most = Math.max(most, maps[i]);
  }
  return least === most ? text('inside.flat', { value: exact(most) }) : text('inside.range', { least: exact(least), most: exact(most) });
}
