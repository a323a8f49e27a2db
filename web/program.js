// The Go program as an object: what goes into its memory, and what comes out. Used by the worker alone.

/** The 28×28 pixels of a picture. */
export const PIXELS = 784;

/** What a prediction comes to, as in wasm/classify.go. */
const DONE = 0;
const BLANK = 1;
const NO_MODEL = 2;

/**
 * What the Go program exports, see wasm/export.go.
 * @typedef {object} Exports
 * @property {WebAssembly.Memory} mem
 * @property {(points: number, strokes: number) => number} croquis_reserve
 * @property {() => number} croquis_points
 * @property {() => number} croquis_lengths
 * @property {() => number} croquis_sizes
 * @property {() => number} croquis_fills
 * @property {() => number} croquis_frame
 * @property {() => number} croquis_values
 * @property {() => number} croquis_image
 * @property {() => number} croquis_probabilities
 * @property {() => number} croquis_energy
 * @property {(step: number) => number} croquis_step
 * @property {(step: number) => number} croquis_filter
 * @property {(strokes: number) => number} croquis_classify_strokes
 * @property {(drawn: number) => number} croquis_classify_values
 * @property {() => number} croquis_mallocs
 */

/** A drawing: all coordinates one after the other, and for each stroke its points, line width, and whether it is filled.
 * @typedef {{points: Float32Array, lengths: Int32Array, sizes: Float32Array, fills: Uint8Array}} Drawing */

/** A picture of 784 brightnesses from 0 to 1; drawn if a drawing has become it.
 * @typedef {{values: Float32Array, drawn?: boolean}} Picture */

/** One of the steps in which the network computes.
 * @typedef {{name: string, kind: string, then: string[], shape: number[], filter: number[] | null}} Layer */

/** What was given cannot be named; the message says why. */
export class InputError extends Error {}

export class Program {
  /** @type {Exports} */ #go;
  /** @type {number} */ #classes;
  /** @type {Layer[]} */ #layers;

  /**
   * @param {Exports} exports
   * @param {{labels: string[], layers: Layer[]}} info of the network that it has loaded
   */
  constructor(exports, { labels, layers }) {
    this.#go = exports;
    this.#classes = labels.length;
    this.#layers = layers;
  }

  // Views are made anew each time: memory that has grown is another buffer.

  /** @param {number} at @param {number} n */
  #floats(at, n) {
    return new Float32Array(this.#go.mem.buffer, at, n);
  }

  /**
   * Names a drawing or a picture.
   * @param {Drawing | Picture} input
   * @returns {boolean} whether there is an answer; false when nothing is drawn
   * @throws {InputError}
   */
  predict(input) {
    const status = 'values' in input ? this.#picture(input) : this.#drawing(input);
    if (status !== DONE && status !== BLANK) {
      if (status === NO_MODEL) throw new Error('no network is loaded');
      throw new InputError('the input holds values that are no numbers, or far too large, or a pen that is');
    }
    return status === DONE;
  }

  /** @param {Drawing} drawing */
  #drawing({ points, lengths, sizes, fills }) {
    const go = this.#go;
    if (go.croquis_reserve(points.length / 2, lengths.length) === 0) throw new InputError('the drawing has too many points');
    if (points.length > 0) this.#floats(go.croquis_points(), points.length).set(points);
    if (lengths.length > 0) {
      new Int32Array(go.mem.buffer, go.croquis_lengths(), lengths.length).set(lengths);
      this.#floats(go.croquis_sizes(), lengths.length).set(sizes);
      new Uint8Array(go.mem.buffer, go.croquis_fills(), lengths.length).set(fills);
    }
    return go.croquis_classify_strokes(lengths.length);
  }

  /** @param {Picture} picture */
  #picture({ values, drawn = false }) {
    if (values.length !== PIXELS) throw new InputError(`a picture has ${PIXELS} values, not ${values.length}`);
    this.#floats(this.#go.croquis_values(), PIXELS).set(values);
    return this.#go.croquis_classify_values(drawn ? 1 : 0);
  }

  /** The last answer. @returns {Float32Array} its own copy */
  probabilities() {
    return this.#floats(this.#go.croquis_probabilities(), this.#classes).slice();
  }

  /** One probability of the last answer. @param {number} index */
  probability(index) {
    return this.#floats(this.#go.croquis_probabilities(), this.#classes)[index];
  }

  /** The energy score of the last answer. */
  energy() {
    return this.#go.croquis_energy();
  }

  /** The picture that the network saw last. @returns {Uint8Array} its own copy */
  image() {
    return new Uint8Array(this.#go.mem.buffer, this.#go.croquis_image(), PIXELS).slice();
  }

  /** Where the last drawing's picture lay on it. */
  fit() {
    const [x, y, width, height, scale] = new Float64Array(this.#go.mem.buffer, this.#go.croquis_frame(), 5);
    return { x, y, width, height, scale };
  }

  /** The values of every step of the last prediction. */
  inside() {
    return this.#layers.map(({ name, kind, then, shape }, i) => {
      const size = shape.reduce((a, b) => a * b);
      const maps = this.#floats(this.#go.croquis_step(i), size).slice();
      let min = Infinity;
      let max = -Infinity;
      for (const v of maps) {
        if (v < min) min = v;
        if (v > max) max = v;
      }
      return { name, kind, then, shape: shape.length === 3 ? shape : [1, 1, size], maps, min, max };
    });
  }

  /**
   * The filter of a convolution or of a dense layer.
   * @param {string} name the layer's
   * @throws {InputError}
   */
  filters(name) {
    const i = this.#layers.findIndex((l) => l.name === name);
    const shape = this.#layers[i]?.filter;
    if (!shape) throw new InputError(`the network has no convolution or dense layer called ${name}`);
    const values = this.#floats(this.#go.croquis_filter(i), shape.reduce((a, b) => a * b)).slice();
    return { shape, values };
  }

  /** What the program takes of memory, in bytes, and how many objects it has allocated so far. */
  memory() {
    return { bytes: this.#go.mem.buffer.byteLength, allocations: this.#go.croquis_mallocs() };
  }

  /**
   * Times predictions. The browser's clock may tick only every tenth of a millisecond, so that a sample takes at least
   * twenty ticks' worth of predictions and is divided by their number.
   * @param {number} runs
   */
  bench(runs) {
    this.#floats(this.#go.croquis_values(), PIXELS).forEach((_, i, values) => {
      values[i] = ((i * 37) % 256) / 255;
    });
    const predict = () => this.#go.croquis_classify_values(0);
    // The engine's optimising compiler takes over during the first calls.
    for (const end = performance.now() + 300; performance.now() < end; ) predict();
    let tick = Infinity;
    for (let i = 0; i < 5; i++) {
      const from = performance.now();
      let to = from;
      while (to === from) to = performance.now();
      tick = Math.min(tick, to - from);
    }
    const timed = (/** @type {number} */ n) => {
      const from = performance.now();
      for (let i = 0; i < n; i++) predict();
      return performance.now() - from;
    };
    let perSample = 1;
    while (timed(perSample) < 20 * tick) perSample *= 2;
    const samples = Float64Array.from({ length: runs }, () => timed(perSample) / perSample).sort();
    const at = (/** @type {number} */ share) => samples[Math.min(runs - 1, Math.floor(share * runs))];
    return { median: at(0.5), p95: at(0.95), samples: runs, perSample };
  }
}
