// From a file, or whatever else can be painted, to pixels.

import { PictureError } from './fault.js';
import { readback } from './readback.js';
import { HEAD, sniff } from './sniff.js';

/** The longest side of a picture as the page works with it, in pixels. What is larger is scaled down. */
export const LONGEST = 1024;

/** Pictures with more pixels are scaled down while they are decoded. */
const MANY = 4e6;

/** Pictures with more pixels are refused: decoded they take four bytes each, and a browser may end the page for it. */
const MOST = 150e6;

/** The same on devices that say that they have less than four gigabytes of memory. */
const MOST_ON_SMALL = 50e6;

/** A larger file is no picture that somebody wants named, in bytes. */
const HEAVY = 256e6;

/**
 * Decodes a picture file. An animation gives its first frame; a photo is turned as its camera was held; what is
 * transparent lies on white.
 * @param {Blob} file
 * @returns {Promise<import('./pixels.js').Picture>} its longest side at most LONGEST
 * @throws {PictureError}
 */
export async function decode(file) {
  if (file.size === 0) throw new PictureError('empty');
  if (file.size > HEAVY) throw new PictureError('large');
  const kind = sniff(await head(file));
  refuse(kind);
  const bitmap = await bitmapOf(file, kind);
  try {
    return pixels(bitmap, bitmap.width, bitmap.height);
  } finally {
    bitmap.close();
  }
}

/**
 * @param {Blob} file
 * @returns {Promise<Uint8Array>}
 */
async function head(file) {
  try {
    return new Uint8Array(await file.slice(0, HEAD).arrayBuffer());
  } catch (error) {
    throw new PictureError('unreadable', error);
  }
}

/** @param {import('./sniff.js').Kind} kind */
function refuse({ format, width, height }) {
  if (format === 'svg') throw new PictureError('drawing');
  if (format === 'document' || format === 'video') throw new PictureError(format);
  const { deviceMemory = 8 } = /** @type {{deviceMemory?: number}} */ (navigator);
  if (width * height > (deviceMemory < 4 ? MOST_ON_SMALL : MOST)) throw new PictureError('large');
}

/**
 * @param {Blob} file
 * @param {import('./sniff.js').Kind} kind
 * @returns {Promise<ImageBitmap>}
 */
async function bitmapOf(file, { format, width, height }) {
  /** @type {ImageBitmapOptions} */ const options = { imageOrientation: 'from-image' };
  if (width * height > MANY) {
    // One side is enough: the browser keeps the proportions, also of a photo that it turns.
    Object.assign(options, { resizeWidth: Math.max(1, Math.round((width * LONGEST) / Math.max(width, height))), resizeQuality: 'medium' });
  }
  try {
    return await createImageBitmap(file, options);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotReadableError') throw new PictureError('unreadable', error);
    throw new PictureError(format === 'heic' ? 'heic' : format === 'tiff' || format === 'unknown' ? 'format' : 'broken', error);
  }
}

/**
 * Paints something and reads its pixels.
 * @param {CanvasImageSource} source
 * @param {number} width of it
 * @param {number} height
 * @returns {import('./pixels.js').Picture} its longest side at most LONGEST
 * @throws {PictureError} "readback" where reading gives something else
 */
export function pixels(source, width, height) {
  if (readback() === 'false') throw new PictureError('readback');
  const scale = Math.min(1, LONGEST / Math.max(width, height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new PictureError('readback');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  return { width: canvas.width, height: canvas.height, data };
}
