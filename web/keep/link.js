// Links that hold a drawing. It stands in the fragment, which browsers send to no server:
//
//	https://example.org/croquis/#drawing=AXr2…&network=croquis-1f0c9a7e
//
// The network is named with the beginning of its weights' checksum, as another network may say something else.

import { decode, encode } from './codec.js';
import { Fault } from './fault.js';

/** Letters of a link beyond which nobody reads it: more than the largest drawing takes. */
const MAX_LETTERS = 400_000;

/** Links longer than this are cut or refused by some messengers. */
export const LONG_LINK = 4000;

/** @typedef {{name: string, sum: string}} Network its name and the first eight digits of its checksum */
/** @typedef {{strokes: import('../drawing/stroke.js').Stroke[], network: Network | null}} Shared */

/**
 * The link to a drawing.
 * @param {string | URL} page its address
 * @param {readonly import('../drawing/stroke.js').Stroke[]} strokes
 * @param {Network | null} network that named the drawing
 * @returns {string}
 * @throws {Fault} too-large
 */
export function linkTo(page, strokes, network) {
  const url = new URL(page);
  const name = network && /^[a-z0-9-]{1,32}$/.test(network.name) ? `&network=${network.name}-${network.sum}` : '';
  url.hash = `drawing=${toBase64url(encode(strokes))}${name}`;
  return url.href;
}

/**
 * What the fragment of a link holds.
 * @param {string} fragment with or without its #
 * @returns {Shared | null} null when it is about something else
 * @throws {Fault} link-damaged or link-newer
 */
export function readLink(fragment) {
  const words = fragment.replace(/^#/, '');
  if (!/^drawing=/.test(words)) return null;
  if (words.length > MAX_LETTERS) throw new Fault('link-damaged', `the fragment has ${words.length} letters, at most ${MAX_LETTERS} can be a drawing`);
  const [code, ...more] = words.slice('drawing='.length).split('&');
  const strokes = decode(fromBase64url(code));
  const named = more.map((part) => /^network=([a-z0-9-]{1,32})-([0-9a-f]{8})$/.exec(part)).find((m) => m !== null);
  return { strokes, network: named ? { name: named[1], sum: named[2] } : null };
}

/**
 * @param {Uint8Array} bytes
 * @returns {string}
 */
function toBase64url(bytes) {
  let letters = '';
  for (const byte of bytes) letters += String.fromCharCode(byte);
  return btoa(letters).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/**
 * @param {string} text
 * @returns {Uint8Array}
 * @throws {Fault} link-damaged
 */
function fromBase64url(text) {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) throw new Fault('link-damaged', 'the drawing holds letters that no link has');
  try {
    return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
  } catch {
    throw new Fault('link-damaged', `${text.length} letters are no bytes`);
  }
}
