// Reads the gallery's photos out of their PNG, byte by byte: a canvas would give them back scrambled in browsers that
// protect their visitors so, and these photos are to be the very ones of the test set.

/** Bytes before the first chunk. */
const SIGNATURE = 8;

/**
 * Decodes a grey PNG of 8 bits that is not interlaced, as internal/gallery writes it.
 * @param {ArrayBuffer} file
 * @returns {Promise<{width: number, height: number, values: Uint8Array}>} values row by row
 */
export async function greyPNG(file) {
  const view = new DataView(file);
  let [width, height] = [0, 0];
  /** @type {Uint8Array<ArrayBuffer>[]} */ const parts = [];
  for (let at = SIGNATURE; at < file.byteLength; at += 12 + view.getUint32(at)) {
    const content = new Uint8Array(file, at + 8, view.getUint32(at));
    switch (String.fromCharCode(...new Uint8Array(file, at + 4, 4))) {
      case 'IHDR':
        [width, height] = [view.getUint32(at + 8), view.getUint32(at + 12)];
        if (content[8] !== 8 || content[9] !== 0 || content[12] !== 0) throw new Error('the PNG is not grey, of 8 bits, without interlacing');
        break;
      case 'IDAT':
        parts.push(content);
    }
  }
  const packed = new Blob(parts).stream().pipeThrough(new DecompressionStream('deflate'));
  const lines = new Uint8Array(await new Response(packed).arrayBuffer());
  if (width === 0 || lines.length !== (width + 1) * height) throw new Error(`the PNG has ${lines.length} bytes for ${width} by ${height} pixels`);
  return { width, height, values: unfilter(lines, width, height) };
}

/**
 * Undoes the filters, one a line, by which each byte was foretold from those left of and above it.
 * @param {Uint8Array} lines each begins with the number of its filter
 * @param {number} width
 * @param {number} height
 */
function unfilter(lines, width, height) {
  const values = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const filter = lines[y * (width + 1)];
    for (let x = 0; x < width; x++) {
      const left = x > 0 ? values[y * width + x - 1] : 0;
      const above = y > 0 ? values[(y - 1) * width + x] : 0;
      const corner = x > 0 && y > 0 ? values[(y - 1) * width + x - 1] : 0;
      const foretold = [0, left, above, (left + above) >> 1, paeth(left, above, corner)][filter];
      values[y * width + x] = lines[y * (width + 1) + 1 + x] + foretold;
    }
  }
  return values;
}

/**
 * Of three neighbours the one nearest to left + above − corner.
 * @param {number} left
 * @param {number} above
 * @param {number} corner
 */
function paeth(left, above, corner) {
  const [a, b, c] = [Math.abs(above - corner), Math.abs(left - corner), Math.abs(left + above - 2 * corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? above : corner;
}
