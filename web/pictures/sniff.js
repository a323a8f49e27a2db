// What a file is, by its first bytes: its name and its type are only what somebody says of it. And how large the picture
// is, so that nothing is decoded that would fill the memory.

/** So many first bytes are enough: the dimensions of a photo may come after a thumbnail and a colour profile. */
export const HEAD = 512 * 1024;

/**
 * @typedef {object} Kind
 * @property {'jpeg' | 'png' | 'gif' | 'webp' | 'bmp' | 'avif' | 'heic' | 'tiff' | 'svg' | 'document' | 'video' | 'unknown'} format
 * @property {number} width in pixels, 0 when it is not known
 * @property {number} height
 */

/**
 * @param {Uint8Array} head the first bytes of a file, HEAD or all of them
 * @returns {Kind}
 */
export function sniff(head) {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  for (const [magic, look] of signatures) {
    if (!matches(head, magic)) continue;
    try {
      return look(view, head);
    } catch (error) {
      // The file ends within its own head, or lies about where things are: decoding will say what is wrong.
      if (!(error instanceof RangeError)) throw error;
      return { ...look.kind, width: 0, height: 0 };
    }
  }
  return { format: looksLikeText(head), width: 0, height: 0 };
}

/**
 * Reads a format's dimensions.
 * @typedef {((view: DataView, head: Uint8Array) => Kind) & {kind: {format: Kind['format']}}} Look
 */

/**
 * @param {Kind['format']} format
 * @param {(view: DataView, head: Uint8Array) => [number, number]} size throws a RangeError when the bytes do not suffice
 * @returns {Look}
 */
function look(format, size) {
  const read = (/** @type {DataView} */ view, /** @type {Uint8Array} */ head) => {
    const [width, height] = size(view, head);
    return { format, width, height };
  };
  return Object.assign(read, { kind: { format } });
}

const unsized = () => /** @type {[number, number]} */ ([0, 0]);

/**
 * First bytes, '?' for any, and how to go on.
 * @type {Array<[string, Look]>}
 */
const signatures = [
  ['\xff\xd8\xff', look('jpeg', jpegSize)],
  ['\x89PNG\r\n\x1a\n', look('png', (view) => [view.getUint32(16), view.getUint32(20)])],
  ['GIF8', look('gif', (view) => [view.getUint16(6, true), view.getUint16(8, true)])],
  ['RIFF????WEBP', look('webp', webpSize)],
  ['RIFF????AVI ', look('video', unsized)],
  ['BM', look('bmp', (view) => [Math.abs(view.getInt32(18, true)), Math.abs(view.getInt32(22, true))])],
  ['????ftypavif', look('avif', ispeSize)],
  ['????ftypavis', look('avif', ispeSize)],
  ['????ftyphe', look('heic', ispeSize)],
  ['????ftypmif1', look('heic', ispeSize)],
  ['????ftypmsf1', look('heic', ispeSize)],
  ['????ftyp', look('video', unsized)],
  ['\x1aE\xdf\xa3', look('video', unsized)],
  ['II*\0', look('tiff', unsized)],
  ['MM\0*', look('tiff', unsized)],
  ['%PDF', look('document', unsized)],
  ['PK\x03\x04', look('document', unsized)],
];

/**
 * @param {Uint8Array} head
 * @param {string} magic
 */
function matches(head, magic) {
  if (head.length < magic.length) return false;
  return Array.from(magic).every((c, i) => c === '?' || head[i] === c.charCodeAt(0));
}

/**
 * @param {Uint8Array} head
 * @returns {Kind['format']}
 */
function looksLikeText(head) {
  const some = head.subarray(0, 4096);
  if (some.length === 0 || some.includes(0)) return 'unknown';
  const words = new TextDecoder().decode(some);
  if (/<svg[\s>]/i.test(words)) return 'svg';
  if (/^\s*<(?:!doctype|html|\?xml|head|body|script|!--)/i.test(words)) return 'document';
  // Bytes that are no text in UTF-8 come out as replacement characters.
  return words.includes('\ufffd') ? 'unknown' : 'document';
}

/**
 * Walks over the segments of a JPEG to the one that begins its picture.
 * @param {DataView} view
 * @returns {[number, number]}
 */
function jpegSize(view) {
  for (let at = 2; ; ) {
    if (view.getUint8(at) !== 0xff) return [0, 0];
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) at++; // a fill byte
    else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) at += 2; // they stand alone
    else if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      return [view.getUint16(at + 7), view.getUint16(at + 5)];
    } else at += 2 + Math.max(2, view.getUint16(at + 2));
  }
}

/**
 * @param {DataView} view
 * @param {Uint8Array} head
 * @returns {[number, number]}
 */
function webpSize(view, head) {
  const three = (/** @type {number} */ at) => view.getUint16(at, true) + 65536 * view.getUint8(at + 2);
  switch (String.fromCharCode(...head.subarray(12, 16))) {
    case 'VP8 ':
      return [view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff];
    case 'VP8L': {
      const bits = view.getUint32(21, true);
      return [(bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1];
    }
    case 'VP8X':
      return [three(24) + 1, three(27) + 1];
  }
  return [0, 0];
}

/**
 * The largest of the "image spatial extents" that an AVIF or HEIC file says its parts have.
 * @param {DataView} view
 * @param {Uint8Array} head
 * @returns {[number, number]}
 */
function ispeSize(view, head) {
  /** @type {[number, number]} */ let size = [0, 0];
  for (let at = head.indexOf(0x69); at >= 0 && at + 16 <= head.length; at = head.indexOf(0x69, at + 1)) {
    if (view.getUint32(at) !== 0x69737065) continue; // "ispe"
    const [width, height] = [view.getUint32(at + 8), view.getUint32(at + 12)];
    if (width * height > size[0] * size[1]) size = [width, height];
  }
  return size;
}
