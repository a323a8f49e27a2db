// Numbers as light: dark is zero, warm is above it, cold below, and the further, the brighter. Orange and blue differ for
// every kind of colour blindness, and the brightness alone tells how much.

/** Shades to either side of zero. */
const SHADES = 255;

/** Less than one: what is near zero gets more of the shades, as most of what a layer finds is faint. */
const BEND = 0.6;

/** From zero outwards, red, green and blue each. */
const WARM = [[22, 21, 26], [122, 42, 20], [226, 105, 62], [255, 176, 120], [255, 240, 214]];
const COLD = [[22, 21, 26], [22, 62, 122], [48, 122, 196], [130, 186, 240], [220, 240, 255]];

/**
 * @param {number[][]} stops
 * @param {number} share 0 to 1
 * @returns {number[]} red, green and blue
 */
function between(stops, share) {
  const at = share * (stops.length - 1);
  const i = Math.min(Math.floor(at), stops.length - 2);
  return stops[i].map((from, k) => Math.round(from + (at - i) * (stops[i + 1][k] - from)));
}

/** Pixels of an ImageData for −1 … 1: bytes in the order of the canvas, read as whole words in the machine's own order. */
const table = (() => {
  const bytes = new Uint8ClampedArray(4 * (2 * SHADES + 1));
  for (let i = -SHADES; i <= SHADES; i++) {
    bytes.set([...between(i < 0 ? COLD : WARM, (Math.abs(i) / SHADES) ** BEND), 255], 4 * (i + SHADES));
  }
  return new Uint32Array(bytes.buffer);
})();

/**
 * The pixel of a number.
 * @param {number} value −1 to 1; beyond, it is as bright as light gets
 * @returns {number} four bytes of an ImageData, as one word
 */
export function glow(value) {
  return table[Math.round(Math.min(Math.max(value, -1), 1) * SHADES) + SHADES];
}

/**
 * The words of an ImageData.
 * @param {ImageData} image
 */
export const words = (image) => new Uint32Array(image.data.buffer);
