// Numbers onto canvases. Nothing is read from these.

import { h } from '../page/dom.js';

/**
 * A canvas of so many pixels.
 * @param {number} width
 * @param {number} height
 * @param {Record<string, string>} [attributes]
 */
export const canvasOf = (width, height, attributes = {}) => h('canvas', { width, height, ...attributes });

/**
 * Paints a picture as it is; the canvas becomes as large as it.
 * @param {HTMLCanvasElement} canvas
 * @param {import('./pixels.js').Picture} picture
 */
export function paintPicture(canvas, { width, height, data }) {
  const image = new ImageData(width, height);
  // Clamped and rounded by the array itself.
  image.data.set(data);
  for (let i = 3; i < image.data.length; i += 4) image.data[i] = 255;
  put(canvas, image);
}

/**
 * Paints brightnesses, 0 black and 1 white.
 * @param {HTMLCanvasElement} canvas
 * @param {Float32Array} values (height, width)
 * @param {number} width
 */
export function paintGrey(canvas, values, width) {
  const image = new ImageData(width, values.length / width);
  for (let i = 0; i < values.length; i++) {
    image.data.fill(255 * values[i], 4 * i, 4 * i + 3);
    image.data[4 * i + 3] = 255;
  }
  put(canvas, image);
}

/**
 * Paints a frame over what is there.
 * @param {HTMLCanvasElement} canvas in the page, by whose style the line's colour is chosen
 * @param {import('./pixels.js').Frame} frame in the canvas's pixels
 */
export function paintFrame(canvas, { x, y, width, height }) {
  const ink = canvas.getContext('2d');
  if (!ink) return;
  ink.strokeStyle = getComputedStyle(canvas).color;
  ink.lineWidth = canvas.width / 140;
  ink.strokeRect(x, y, width, height);
}

/**
 * Paints 28×28 brightnesses as ink on whatever is below: a photo as it was before it was made bright on black.
 * @param {HTMLCanvasElement} canvas
 * @param {ArrayLike<number>} values 0 to 1
 */
export function paintInk(canvas, values) {
  const side = Math.sqrt(values.length);
  const image = new ImageData(side, side);
  for (let i = 0; i < values.length; i++) image.data[4 * i + 3] = 255 * values[i];
  put(canvas, image);
}

/**
 * Paints strokes as lines.
 * @param {HTMLCanvasElement} canvas
 * @param {readonly (readonly number[])[]} strokes x0, y0, x1, y1, … in units
 * @param {{side: number, width: number}} units of the sheet's side, and of a line's width
 */
export function paintStrokes(canvas, strokes, { side, width }) {
  const ink = canvas.getContext('2d');
  if (!ink) return;
  ink.setTransform(canvas.width / side, 0, 0, canvas.height / side, 0, 0);
  ink.lineWidth = width;
  ink.lineCap = ink.lineJoin = 'round';
  for (const points of strokes) {
    ink.beginPath();
    for (let i = 0; i < points.length; i += 2) ink.lineTo(points[i], points[i + 1]);
    ink.stroke();
  }
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {ImageData} image
 */
function put(canvas, image) {
  if (canvas.width !== image.width || canvas.height !== image.height) {
    canvas.width = image.width;
    canvas.height = image.height;
  }
  canvas.getContext('2d')?.putImageData(image, 0, 0);
}
