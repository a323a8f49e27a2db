// A drawing as few bytes, for links and for the sketchbook:
//
//	byte 0      version of the format, 1
//	bytes 1–4   CRC-32 of everything else, big-endian
//	bytes 5–    strokes, in the adaptive code of range.js
//
// A stroke is whether it is filled, an area alone, pressed; the width of its line in hundredths of the pen's; how many points it
// has; where it begins; and then how much each point's step differs from the step before, as a hand goes on as it went.
// Coordinates are whole numbers of sixteenths of a unit, the grid on which drawings are made, so that what comes back is what
// was drawn, to the last bit, and so is what the network says of it. Pressure, which is for the eye only, comes in
// sixteenths of the hardest.

import { finish, SIDE, WIDEST } from '../drawing/stroke.js';
import { Fault } from './fault.js';
import { Bit, Numbers, Reader, Writer } from './range.js';

const VERSION = 1;
const HEAD = 5;

/** Steps of the drawing's grid in a unit. */
const GRID = 16;

/** The hardest pressure, of 0 to so many. */
const HARDEST = 16;

/** Parts of the pen's width in which widths are told. */
const WIDTHS = 100;

/** Limits of what is taken for a drawing; a quick hand draws 300 points. */
export const MAX_STROKES = 4096;
export const MAX_POINTS = 65_536;

/** The thinnest line, in hundredths of the pen: what the rasteriser draws. */
const THINNEST = 7;

/**
 * A stroke in whole numbers: at holds x0, y0, x1, y1, …, and pressure is empty for a stroke without.
 * @typedef {{fill: number, patch: number, size: number, at: number[], pressure: number[]}} GridStroke
 */

/**
 * @param {readonly import('../drawing/stroke.js').Stroke[]} strokes
 * @returns {Uint8Array}
 * @throws {Fault} too-large
 */
export function encode(strokes) {
  let points = 0;
  for (const { points: at } of strokes) points += at.length / 2;
  if (strokes.length > MAX_STROKES || points > MAX_POINTS) {
    throw new Fault('too-large', `${strokes.length} strokes of ${points} points; at most ${MAX_STROKES} of ${MAX_POINTS} can be kept`);
  }
  const writer = new Writer();
  codeDrawing(writer, strokes.map(toGrid));
  const body = writer.finish();
  const bytes = new Uint8Array(HEAD + body.length);
  bytes[0] = VERSION;
  bytes.set(body, HEAD);
  new DataView(bytes.buffer).setUint32(1, checksum(bytes));
  return bytes;
}

/**
 * @param {Uint8Array} bytes from anywhere
 * @returns {import('../drawing/stroke.js').Stroke[]}
 * @throws {Fault} link-damaged or link-newer
 */
export function decode(bytes) {
  if (bytes.length < HEAD) throw damaged(`${bytes.length} bytes, want ${HEAD} or more`);
  if (bytes[0] > VERSION) throw new Fault('link-newer', `a drawing in format ${bytes[0]}; this page reads up to ${VERSION}`);
  if (bytes[0] !== VERSION) throw damaged(`a drawing in format ${bytes[0]}`);
  const stored = new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(1);
  if (stored !== checksum(bytes)) throw damaged('the checksum differs');
  return codeDrawing(new Reader(bytes.subarray(HEAD)), []).map(fromGrid);
}

/**
 * @param {Uint8Array} bytes of the sketchbook
 * @returns {import('../drawing/stroke.js').Stroke[] | null} null if they are damaged
 */
export function soundly(bytes) {
  try {
    return decode(bytes);
  } catch (error) {
    if (error instanceof Fault) return null;
    throw error;
  }
}

/**
 * Strokes as a link or the sketchbook gives them back. Those drawn on the sheet are so already.
 * @param {readonly import('../drawing/stroke.js').Stroke[]} strokes
 * @returns {import('../drawing/stroke.js').Stroke[]}
 */
export function onGrid(strokes) {
  return strokes.map((stroke) => fromGrid(toGrid(stroke)));
}

/** @param {string} message */
function damaged(message) {
  return new Fault('link-damaged', message);
}

/** @param {import('../drawing/stroke.js').Stroke} stroke @returns {GridStroke} */
function toGrid({ points, size, fill, patch, pressure }) {
  return {
    fill: fill ? 1 : 0,
    patch: patch ? 1 : 0,
    size: between(Math.round(size * WIDTHS), THINNEST, WIDEST * WIDTHS),
    at: points.map((v) => between(Math.round(v * GRID), 0, SIDE * GRID)),
    pressure: pressure?.length === points.length / 2 ? pressure.map((v) => between(Math.round(v * HARDEST), 0, HARDEST)) : [],
  };
}

/** @param {GridStroke} stroke @returns {import('../drawing/stroke.js').Stroke} */
function fromGrid({ at, size, fill, patch, pressure }) {
  return finish(
    at.map((v) => v / GRID),
    { size: size / WIDTHS, fill: fill === 1, patch: patch === 1, pressure: pressure.length > 0 ? pressure.map((v) => v / HARDEST) : undefined },
  );
}

/**
 * @param {number} v
 * @param {number} least
 * @param {number} most
 */
function between(v, least, most) {
  return Math.min(Math.max(v, least), most);
}

/** What is learned of a drawing while it is coded. */
class Models {
  strokes = new Numbers();
  points = new Numbers();
  fill = new Bit();
  patch = new Bit();
  pressed = new Bit();
  resized = new Bit();
  size = new Numbers();
  /** Where strokes begin, seen from the end of the one before. */
  begin = [new Signed(), new Signed()];
  /** Changes of the step along x and y, for each length in binary of the last change. */
  change = [signs(), signs()];
  /** Changes of pressure. */
  pressure = new Signed();
}

/** Lengths in binary of a change that are told apart. */
const KINDS = 8;

function signs() {
  return Array.from({ length: KINDS }, () => new Signed());
}

/** Numbers with a sign, whose likely sign follows from what came before. */
class Signed {
  #size = new Numbers();
  /** @type {Bit[]} */ #negative = [new Bit(), new Bit(), new Bit()];

  /**
   * @param {import('./range.js').Coder} coder
   * @param {number} value
   * @param {number} before a number whose sign is likely to tell this one's
   * @returns {number} the value
   */
  code(coder, value, before) {
    const size = this.#size.code(coder, Math.abs(value));
    if (size === 0) return 0;
    return coder.bit(this.#negative[1 + Math.sign(before)], value < 0 ? 1 : 0) ? -size : size;
  }
}

/**
 * Writes strokes, or reads them if the coder is a Reader.
 * @param {import('./range.js').Coder} coder
 * @param {GridStroke[]} given none when reading
 * @returns {GridStroke[]}
 */
function codeDrawing(coder, given) {
  const models = new Models();
  const count = models.strokes.code(coder, given.length);
  if (count > MAX_STROKES) throw damaged(`${count} strokes`);
  /** @type {GridStroke[]} */
  const strokes = [];
  let size = WIDTHS;
  let [x, y, room] = [0, 0, MAX_POINTS];
  for (let i = 0; i < count; i++) {
    const stroke = given[i] ?? { fill: 0, patch: 0, size, at: [0, 0], pressure: [] };
    const fill = coder.bit(models.fill, stroke.fill);
    const patch = coder.bit(models.patch, stroke.patch);
    const pressed = coder.bit(models.pressed, stroke.pressure.length > 0 ? 1 : 0);
    if (coder.bit(models.resized, stroke.size === size ? 0 : 1)) size = models.size.code(coder, stroke.size);
    if (size < THINNEST || size > WIDEST * WIDTHS) throw damaged(`stroke ${i} is ${size} hundredths wide`);
    const points = 1 + models.points.code(coder, stroke.at.length / 2 - 1);
    if (points > room) throw damaged(`more than ${MAX_POINTS} points`);
    const at = codePoints(coder, models, { points, x, y }, stroke.at);
    const pressure = pressed ? codePressure(coder, models, points, stroke.pressure) : [];
    strokes.push({ fill, patch, size, at, pressure });
    room -= points;
    [x, y] = at.slice(-2);
  }
  return strokes;
}

/**
 * @param {import('./range.js').Coder} coder
 * @param {Models} models
 * @param {{points: number, x: number, y: number}} from how many, and where the stroke before ended
 * @param {readonly number[]} given
 * @returns {number[]}
 */
function codePoints(coder, models, from, given) {
  const at = [from.x, from.y];
  const step = [0, 0];
  const change = [0, 0];
  for (const axis of [0, 1]) at[axis] = inside(at[axis] + models.begin[axis].code(coder, given[axis] - at[axis], 0));
  const out = [...at];
  for (let i = 1; i < from.points; i++) {
    for (const axis of [0, 1]) {
      const kind = Math.min(32 - Math.clz32(Math.abs(change[axis])), KINDS - 1);
      const wanted = given[2 * i + axis] - at[axis] - step[axis];
      change[axis] = models.change[axis][kind].code(coder, wanted, step[axis]);
      step[axis] += change[axis];
      at[axis] = inside(at[axis] + step[axis]);
      out.push(at[axis]);
    }
  }
  return out;
}

/**
 * @param {import('./range.js').Coder} coder
 * @param {Models} models
 * @param {number} points
 * @param {readonly number[]} given
 * @returns {number[]}
 */
function codePressure(coder, models, points, given) {
  const pressure = [];
  let [last, change] = [0, 0];
  for (let i = 0; i < points; i++) {
    change = models.pressure.code(coder, given[i] - last, change);
    last += change;
    if (last < 0 || last > HARDEST) throw damaged(`pressure ${last} of ${HARDEST}`);
    pressure.push(last);
  }
  return pressure;
}

/** @param {number} v a coordinate */
function inside(v) {
  if (!(v >= 0 && v <= SIDE * GRID)) throw damaged(`a point lies at ${v / GRID}, outside the sheet`);
  return v;
}

/**
 * CRC-32 (IEEE 802.3) of everything but the checksum's own place.
 * @param {Uint8Array} bytes
 * @returns {number}
 */
function checksum(bytes) {
  let crc = 0xffffffff;
  for (const [i, byte] of bytes.entries()) {
    if (i >= 1 && i < HEAD) continue;
    crc ^= byte;
    for (let k = 0; k < 8; k++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
