// Whether what is read from a canvas is what was painted. Some browsers add noise to it, or give nothing but white, so
// that pages cannot recognise their visitors; a photo read so would be named wrongly without anyone knowing why.

/** The pattern's side in pixels. */
const SIDE = 16;

/** A difference up to this, of 255, changes no answer. */
const HARMLESS = 4;

/**
 * Paints known colours and reads them back.
 * @returns {'true' | 'noisy' | 'false'} what is read is true, or nearly, or not at all
 */
export function readback() {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = SIDE;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) return 'false';
  // Each pixel of another colour: browsers that add noise leave areas of one colour as they are.
  const colours = Array.from({ length: SIDE * SIDE }, (_, i) => [(i * 37 + 11) % 256, (i * 91 + 53) % 256, (i * 151 + 7) % 256]);
  for (const [i, [r, g, b]] of colours.entries()) {
    context.fillStyle = `rgb(${r} ${g} ${b})`;
    context.fillRect(i % SIDE, Math.floor(i / SIDE), 1, 1);
  }
  let data;
  try {
    ({ data } = context.getImageData(0, 0, SIDE, SIDE));
  } catch {
    return 'false';
  }
  let worst = 0;
  for (const [i, colour] of colours.entries()) {
    for (let c = 0; c < 3; c++) worst = Math.max(worst, Math.abs(data[4 * i + c] - colour[c]));
  }
  if (worst === 0) return 'true';
  return worst <= HARMLESS ? 'noisy' : 'false';
}
