// Adaptive binary arithmetic coding: a bit costs as much as it surprises. Every place where a bit can stand has a model that
// counts what stood there before, and the coder cuts an interval of 32 bits in proportion (Witten, Neal and Cleary 1987, in the
// carryless form of Mahoney's PAQ). A drawing takes half the bytes that it takes as varints, and a shared link half the letters.
//
// Writer and Reader have one method between them, bit(model, value), which returns the bit: a format is described once, by a
// function that takes either of them, and reading cannot come to differ from writing.

/** The interval's bounds are 32 bits wide. */
const TOP = 0xffffffff;

/** Probabilities are so many parts of one. */
const WHOLE = 65536;

/** A model that has seen so many bits goes on learning at the same pace: what a pen does changes during a drawing. */
const MEMORY = 60;

/** The probability that the next bit of a kind is 1, learned from those before it. */
export class Bit {
  #one = WHOLE / 2;
  #seen = 0;

  /** Of 65,536. */
  get one() {
    return this.#one;
  }

  /** @param {number} value the bit that came */
  learn(value) {
    const step = ((value ? WHOLE : 0) - this.#one) / (this.#seen + 1.5);
    // No bit is ever thought impossible.
    this.#one = Math.min(Math.max(Math.trunc(this.#one + step), 32), WHOLE - 32);
    if (this.#seen < MEMORY) this.#seen++;
  }
}

/** Where 0 and 1 are as likely, and stay so. */
export const EVEN = Object.freeze({ one: WHOLE / 2, learn: () => {} });

/** @typedef {{readonly one: number, learn: (value: number) => void}} Model */
/** @typedef {{bit: (model: Model, value: number) => number}} Coder a Writer, or a Reader, which ignores the value */

/**
 * Where the interval is cut: up to there a 1, above it a 0.
 * @param {number} low
 * @param {number} high more than low
 * @param {Model} model
 */
function cut(low, high, model) {
  return low + Math.floor(((high - low) * model.one) / WHOLE);
}

/**
 * Whether the bounds begin with the same byte, which is then decided.
 * @param {number} low
 * @param {number} high
 */
function decided(low, high) {
  return ((low ^ high) & 0xff000000) === 0;
}

export class Writer {
  #low = 0;
  #high = TOP;
  /** @type {number[]} */ #bytes = [];

  /**
   * @param {Model} model
   * @param {number} value 0 or 1
   * @returns {number} the value
   */
  bit(model, value) {
    const middle = cut(this.#low, this.#high, model);
    if (value) this.#high = middle;
    else this.#low = middle + 1;
    model.learn(value);
    while (decided(this.#low, this.#high)) {
      this.#bytes.push(this.#high >>> 24);
      this.#low = (this.#low << 8) >>> 0;
      this.#high = ((this.#high << 8) | 0xff) >>> 0;
    }
    return value;
  }

  /**
   * Everything written, with the fewest bytes that tell the interval: a reader finds zeros after the end.
   * @returns {Uint8Array}
   */
  finish() {
    const bytes = [...this.#bytes];
    for (let kept = 0; kept <= 4; kept++) {
      const unit = 2 ** (32 - 8 * kept);
      const inside = Math.ceil(this.#low / unit) * unit;
      if (inside > this.#high) continue;
      for (let i = 0; i < kept; i++) bytes.push((inside >>> (24 - 8 * i)) & 0xff);
      break;
    }
    while (bytes.at(-1) === 0) bytes.pop();
    return Uint8Array.from(bytes);
  }
}

export class Reader {
  #low = 0;
  #high = TOP;
  #code = 0;
  #at = 0;
  /** @type {Uint8Array} */ #bytes;

  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    this.#bytes = bytes;
    for (let i = 0; i < 4; i++) this.#shift();
  }

  /**
   * @param {Model} model
   * @returns {number} 0 or 1
   */
  bit(model) {
    const middle = cut(this.#low, this.#high, model);
    const value = this.#code <= middle ? 1 : 0;
    if (value) this.#high = middle;
    else this.#low = middle + 1;
    model.learn(value);
    while (decided(this.#low, this.#high)) {
      this.#low = (this.#low << 8) >>> 0;
      this.#high = ((this.#high << 8) | 0xff) >>> 0;
      this.#shift();
    }
    return value;
  }

  #shift() {
    this.#code = ((this.#code << 8) | (this.#bytes[this.#at++] ?? 0)) >>> 0;
  }
}

/** Models for numbers of one kind: how long they are in binary, and their leading digits; the others are as good as chance. */
export class Numbers {
  /** @type {Bit[]} */ #longer = [];
  /** @type {Map<number, Bit>} */ #leading = new Map();

  /**
   * Codes a whole number from 0 to 2³¹−1.
   * @param {Coder} coder
   * @param {number} value
   * @returns {number} the value
   */
  code(coder, value) {
    let length = 0;
    const wanted = 32 - Math.clz32(value);
    while (length < 31 && coder.bit((this.#longer[length] ??= new Bit()), wanted > length ? 1 : 0)) length++;
    if (length === 0) return 0;
    let number = 1;
    for (let left = length - 2; left >= 0; left--) {
      const model = length - left <= 3 ? this.#leader(length, number) : EVEN;
      number = 2 * number + coder.bit(model, (value >>> left) & 1);
    }
    return number;
  }

  /**
   * @param {number} length
   * @param {number} before the digits before it
   * @returns {Bit}
   */
  #leader(length, before) {
    const place = 8 * length + before;
    let bit = this.#leading.get(place);
    if (!bit) this.#leading.set(place, (bit = new Bit()));
    return bit;
  }
}
