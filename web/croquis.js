// The classifier as a module for any page:
//
//   import { load } from './croquis.js';
//   const classifier = await load({ base: 'https://example.org/croquis/', model: 'thesis' });
//   const { top, ms } = await classifier.classify([[[10, 10], [90, 10], [90, 90]]]);
//
// Everything runs in a worker of its own; nothing leaves the browser. A page on another host needs its own copy of the
// files, since browsers start workers from the page's own host only.
//
// Several classifiers can live at once, each in its worker, and none waits for another. So a page can answer early with a
// small network and let a better one take over:
//
//   let classifier = await load({ model: 'tiny' });
//   load({ model: 'croquis' }).then((better) => {
//     const small = classifier;
//     classifier = better; // from the next call on
//     small.retire();      // answers what it was asked, and ends
//   });
//
// The second one takes the program that the first has compiled: it loads its weights and nothing else.

import { CroquisError, reason } from './errors.js';
import { pack } from './input.js';
import { Manifest } from './manifest.js';
import { Stalled, insist, watch } from './stall.js';
import { verdict } from './verdict.js';

/** @typedef {import('./input.js').Strokes} Strokes */
/** @typedef {import('./program.js').Layer} Layer */
/** @typedef {import('./manifest.js').Resource} Resource */

/**
 * @typedef {object} Answer
 * @property {boolean} blank true when there is nothing to name; top is then empty and probabilities null
 * @property {Float32Array | null} probabilities one for each of info.labels; they sum to one
 * @property {Array<{index: number, label: string, probability: number}>} top all classes, the likeliest first
 * @property {number | null} energy how much the network finds in the picture, whatever it is: ln Σ exp of its outputs before the softmax,
 *     large for what is like the garments that it knows (arXiv:2010.03759). It can be compared within a network alone; null when blank
 * @property {import('./verdict.js').Verdict | null} verdict what may be said of it: 'sure' when the likeliest class and the energy reach the
 *     network's thresholds, 'unsure' when the class does not, 'unlike' when this is probably none of the classes, or a line; null
 *     when blank
 * @property {boolean} sure whether the verdict is 'sure'
 * @property {Uint8Array} image the 28×28 picture that the network saw, row by row, 0 for paper
 * @property {Fit | null} fit where the drawing was found; null for pictures, and when blank
 * @property {number} ms what it took in the worker, in milliseconds: rasterising and predicting
 */

/**
 * The bounding box of a drawing's ink, in the drawing's unit. Its longest side spans the 28 pixels of the picture, and
 * its middle is the picture's: pixel = (v - (x + width / 2)) · scale + 14.
 * @typedef {{x: number, y: number, width: number, height: number, scale: number}} Fit scale: pixels for a unit
 */

/**
 * @typedef {object} Info
 * @property {string} name of the network
 * @property {string[]} labels of the classes
 * @property {Layer[]} layers the steps in which it computes, with the shapes of their values, (h, w, c) or (c), what follows in
 *     the same step, and the shape of the filters of a convolution or a dense layer, (kh, kw, cin, cout)
 * @property {number} parameters
 * @property {number} macs multiply-adds of one prediction
 * @property {number} bytes of the model file
 * @property {string} weights how the file holds them: float32, float16, int8 or int8-packed
 * @property {string} sha256 the model file's checksum
 * @property {string} kernel the variant of the kernels in use
 * @property {string[]} kernels all that this browser can run, the fastest last
 * @property {{vectors: number, rejected: string[]}} selfCheck known answers compared, and kernels that failed them
 * @property {Record<string, number>} metrics
 * @property {Record<'photos'|'drawings', Calibration>} calibration
 * @property {string} model what the site calls it, for load
 * @property {number} loadMs from the call of load to the first possible prediction, in milliseconds
 */

/**
 * How sure the network is of such pictures, and when it is not.
 * @typedef {object} Calibration
 * @property {number} temperature which divides its outputs before the softmax
 * @property {number} threshold the probability below which the likeliest class is not sure; 0: never
 * @property {number} energy the energy below which the picture is probably none of the classes; 0: the network has no such threshold
 */

/** @typedef {{stage: 'program'|'weights', loaded: number, total: number}} Progress bytes of everything */

/**
 * The values of one step for one input: h·w·c of them, channels last. A dense layer's shape is [1, 1, c]. The last layer's are those
 * before the softmax.
 * @typedef {object} Inside
 * @property {string} name of the layer
 * @property {string} kind its class in Keras's words
 * @property {string[]} then what followed in the same step, such as BatchNormalization, Add, relu
 * @property {[h: number, w: number, c: number]} shape
 * @property {Float32Array} maps
 * @property {number} min
 * @property {number} max
 */

/**
 * Loads the program and a network. What has got lost on its way, so that nothing comes and nothing fails, is asked for once more.
 * @param {object} [options]
 * @param {string | URL} [options.base] the folder with manifest.json, or the manifest itself; by default the one of this module
 * @param {string} [options.model] the network's name; by default the site's first
 * @param {(progress: Progress) => void} [options.onProgress]
 * @param {string} [options.kernel] run this kernel variant, not the fastest: portable, simd128 or relaxed
 * @param {boolean} [options.fresh] go around every cache: for a second try after a damaged download
 * @param {AbortSignal} [options.signal] gives the loading up: it fails with the code 'closed'
 * @returns {Promise<Classifier>}
 * @throws {CroquisError}
 */
export async function load(options = {}) {
  return insist((fresh) => begin({ ...options, fresh }), options.fresh);
}

/**
 * @param {NonNullable<Parameters<typeof load>[0]>} options
 * @returns {Promise<Classifier>}
 * @throws {CroquisError}
 */
async function begin({ base, model, onProgress, kernel = '', fresh = false, signal }) {
  const from = performance.now();
  if (typeof WebAssembly !== 'object' || typeof WebAssembly.instantiate !== 'function') {
    throw new CroquisError('no-wasm', 'there is no WebAssembly in this browser');
  }
  const manifest = await Manifest.read(new URL(base ?? './', base === undefined ? import.meta.url : document.baseURI), fresh);
  const name = model ?? manifest.models()[0];
  if (name === undefined) throw new CroquisError('download', 'the site has no network');
  const files = ['kernel-simd128.wasm', 'kernel-relaxed.wasm'].filter((f) => manifest.has(f));
  const [program, weights, ...lent] = await Promise.all(['croquis.wasm', `model/${name}.json`, ...files].map((f) => manifest.lend(f)));
  const kernels = Object.fromEntries(files.map((f, i) => [f, lent[i]]));

  /** @type {Worker} */
  let worker;
  try {
    // The one in a page that is one file is a classic script, see internal/site/singleworker.js.
    worker = new Worker(manifest.find('worker.js').url, { type: manifest.packed ? 'classic' : 'module', name: `croquis ${name}` });
  } catch (error) {
    throw new CroquisError('no-worker', reason(error));
  }
  try {
    const module = compiled(program.url);
    // Of the scripts in a page that is one file nothing has to arrive: there it is the browser that starts no worker.
    const mute = manifest.packed ? 'no-worker' : 'download';
    const { info, made } = await start(worker, { program, module, weights, kernels, kernel }, mute, onProgress ?? (() => {}), signal);
    return new Classifier(worker, { ...info, model: name, loadMs: performance.now() - from }, { url: program.url, module: module ?? made });
  } catch (error) {
    worker.terminate();
    throw error;
  }
}

/** The classifiers that are not closed, each with the program that its worker runs.
 * @type {Map<Classifier, {url: string, module: WebAssembly.Module | null}>} */
const alive = new Map();

/**
 * The program, if a living classifier has it compiled.
 * @param {string} url
 * @returns {WebAssembly.Module | null}
 */
function compiled(url) {
  for (const program of alive.values()) if (program.url === url && program.module) return program.module;
  return null;
}

/**
 * Tells a new worker what to load and waits until it has.
 * @param {Worker} worker
 * @param {{program: Resource, module: WebAssembly.Module | null, weights: Resource, kernels: object, kernel: string}} what
 * @param {import('./errors.js').Code} mute the code of the error when the worker's script does not load
 * @param {(progress: Progress) => void} onProgress
 * @param {AbortSignal} [signal]
 * @returns {Promise<{info: Omit<Info, 'model' | 'loadMs'>, made: WebAssembly.Module | null}>} made: the program, if the worker compiled it
 */
function start(worker, what, mute, onProgress, signal) {
  const total = what.program.bytes + what.weights.bytes;
  return new Promise((resolve, reject) => {
    /** @type {WebAssembly.Module | null} */
    let made = null;
    const { arrived, stop } = watch(() => {
      done();
      reject(new Stalled('the program or the network'));
    });
    const giveUp = () => {
      done();
      reject(new CroquisError('closed', 'the loading was given up'));
    };
    const done = () => {
      stop();
      signal?.removeEventListener('abort', giveUp);
      worker.onmessage = worker.onerror = null;
    };
    worker.onmessage = ({ data }) => {
      arrived();
      switch (data.type) {
        case 'progress': {
          const before = data.stage === 'weights' ? what.program.bytes : 0;
          onProgress({ stage: data.stage, loaded: before + data.loaded, total });
          break;
        }
        case 'compiled':
          made = data.module;
          break;
        case 'loaded':
          done();
          resolve({ info: data.info, made });
          break;
        case 'error':
          done();
          reject(new CroquisError(data.code, data.message));
          break;
      }
    };
    // Without a message it is the worker's own script, or one that it imports, that did not load.
    worker.onerror = (event) => {
      event.preventDefault();
      done();
      reject(event.message ? new CroquisError('crashed', event.message) : new CroquisError(mute, "the worker's script did not load"));
    };
    signal?.addEventListener('abort', giveUp);
    if (signal?.aborted) giveUp();
    else worker.postMessage({ type: 'load', ...what });
  });
}

/** A network that is ready. Made by load. */
export class Classifier {
  /** @type {Worker} */ #worker;
  /** @type {Map<number, {resolve: (data: any) => void, reject: (error: Error) => void}>} */ #waiting = new Map();
  #next = 1;
  /** @type {CroquisError | null} */ #dead = null;
  /** @type {CroquisError | null} */ #retired = null;

  /**
   * @param {Worker} worker
   * @param {Info} info
   * @param {{url: string, module: WebAssembly.Module | null}} program
   */
  constructor(worker, info, program) {
    this.#worker = worker;
    alive.set(this, program);
    /** @type {Readonly<Info>} */
    this.info = Object.freeze(info);
    /** Called with the error when the program stops by itself, as when memory runs out. @type {((error: CroquisError) => void) | null} */
    this.onerror = null;
    worker.onmessage = ({ data }) => {
      if (data.type === 'crashed') {
        this.#end(new CroquisError('crashed', data.message));
        return;
      }
      const call = this.#waiting.get(data.id);
      this.#waiting.delete(data.id);
      if (data.type === 'error') call?.reject(new CroquisError(data.code, data.message));
      else call?.resolve(data);
      if (this.#retired && this.#waiting.size === 0) this.close();
    };
    worker.onerror = (event) => {
      event.preventDefault();
      this.#end(new CroquisError('crashed', event.message || 'the worker failed'));
    };
  }

  /**
   * Names a drawing, or a picture of 28×28 brightnesses from 0 (background) to 1, row by row, with the garment filling
   * the frame as in Fashion-MNIST.
   * @param {Strokes | Float32Array} input
   * @returns {Promise<Answer>}
   */
  async classify(input) {
    const { probabilities, energy, image, ms, fit } = await this.#ask('classify', { input: pixelsOrPack(input) });
    if (!probabilities) return { blank: true, probabilities: null, top: [], energy: null, verdict: null, sure: false, image, fit, ms };
    const { labels, calibration } = this.info;
    const top = ranked(labels, probabilities);
    const asked = input instanceof Float32Array ? calibration.photos : calibration.drawings;
    const said = verdict(top, energy, asked, fit);
    return { blank: false, probabilities, top, energy, verdict: said, sure: said === 'sure', image, fit, ms };
  }

  /**
   * What the network makes of an input on the way to its answer: the feature maps of every layer. Nothing if it is blank.
   * @param {Strokes | Float32Array} input
   * @returns {Promise<{layers: Inside[]}>}
   */
  async inside(input) {
    const { layers } = await this.#ask('inside', { input: pixelsOrPack(input) });
    return { layers };
  }

  /**
   * The filters of a convolution or a dense layer, as the network learned them, without the normalisation beside it. Those of a
   * dense layer are as large as the maps that it looks at.
   * @param {string} layer its name, one of info.layers that have a filter
   * @returns {Promise<{shape: [kh: number, kw: number, cin: number, cout: number], values: Float32Array}>}
   */
  async filters(layer) {
    const { shape, values } = await this.#ask('filters', { layer: String(layer) });
    return { shape, values };
  }

  // The following calls take many predictions, and let classify's in between. A newer call of one of them takes the place of an
  // older one that has not ended, which is then refused with the code 'overtaken'.

  /**
   * What each stroke says for a class: its probability for the whole drawing, and for the drawing without each stroke, fitted
   * anew. It is 0 where nothing is left to name.
   * @param {Strokes} strokes
   * @param {number} index of the class
   * @returns {Promise<{probability: number, without: Float32Array}>}
   */
  async why(strokes, index) {
    const { probability, without } = await this.#ask('why', { input: pack(strokes), index: this.#class(index) });
    return { probability, without };
  }

  /**
   * Which places of the picture speak for a class: by how much its probability falls when a square of 6×6 pixels around the
   * place is covered with paper, as the mean over the squares that cover it. All zero for what is blank.
   * @param {Strokes | Float32Array} input
   * @param {number} index of the class
   * @returns {Promise<{shape: [28, 28], values: Float32Array}>}
   */
  async heat(input, index) {
    const { shape, values } = await this.#ask('heat', { input: pixelsOrPack(input), index: this.#class(index) });
    return { shape, values };
  }

  /**
   * The answers while a drawing came about: at up to so many moments, evenly over its points, the last of them the whole
   * drawing. points says how many of its points are drawn at each moment; probabilities are all zero while there is nothing
   * to name, and then there is no verdict. A stroke is filled when it is whole.
   * @param {Strokes} strokes
   * @param {number} [moments]
   * @returns {Promise<{points: number[], probabilities: Float32Array[], verdicts: Array<import('./verdict.js').Verdict | null>}>}
   */
  async course(strokes, moments = 40) {
    if (!(moments >= 1 && moments <= 10_000)) throw new CroquisError('input', `there can be 1 to 10,000 moments, not ${moments}`);
    const { points, probabilities, energies, fits } = await this.#ask('course', { input: pack(strokes), moments: Math.floor(moments) });
    const { labels, calibration } = this.info;
    const verdicts = probabilities.map((/** @type {Float32Array} */ p, /** @type {number} */ i) =>
      fits[i] ? verdict(ranked(labels, p), energies[i], calibration.drawings, fits[i]) : null,
    );
    return { points, probabilities, verdicts };
  }

  /**
   * Measures predictions of one picture, one after the other in one thread, after a warm-up. Each sample is the mean of as
   * many predictions as the browser's coarse clock needs.
   * @param {number} [runs] samples
   * @returns {Promise<{median: number, p95: number, samples: number, perSample: number}>} milliseconds for one picture
   */
  async bench(runs = 200) {
    const { median, p95, samples, perSample } = await this.#ask('bench', { runs: Math.min(Math.max(1, Math.floor(runs)), 100_000) });
    return { median, p95, samples, perSample };
  }

  /**
   * What the program takes of the browser's memory, in bytes, which never shrinks, and how many objects it has allocated
   * since it started, to which a prediction adds none.
   * @returns {Promise<{bytes: number, allocations: number}>}
   */
  async memory() {
    const { bytes, allocations } = await this.#ask('memory', {});
    return { bytes, allocations };
  }

  /**
   * The files that the worker has fetched so far, but not its own scripts: addresses, and their bytes, as they came and as
   * many of them as came over the network and not out of the browser's cache.
   * @returns {Promise<Array<{url: string, bytes: number, transferred: number}>>}
   */
  async traffic() {
    const { files } = await this.#ask('traffic', {});
    return files;
  }

  /** Ends the worker when all calls that wait are answered. Newer ones are refused, as after close. */
  retire() {
    this.#retired = new CroquisError('closed', 'the classifier was retired');
    if (this.#waiting.size === 0) this.close();
  }

  /** Ends the worker and gives its memory back. Calls that wait are refused with the code 'closed'. */
  close() {
    this.#end(new CroquisError('closed', 'the classifier was closed'), false);
  }

  /**
   * @param {number} index
   * @returns {number}
   */
  #class(index) {
    const { length } = this.info.labels;
    if (!(Number.isInteger(index) && index >= 0 && index < length)) throw new CroquisError('input', `there is no class ${index}; there are ${length}`);
    return index;
  }

  /**
   * @param {string} type
   * @param {object} message
   * @returns {Promise<any>}
   */
  #ask(type, message) {
    const gone = this.#dead ?? this.#retired;
    if (gone) return Promise.reject(gone);
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ ...message, type, id });
    });
  }

  /**
   * @param {CroquisError} error
   * @param {boolean} [tell]
   */
  #end(error, tell = true) {
    if (this.#dead) return;
    this.#dead = error;
    alive.delete(this);
    this.#worker.terminate();
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
    if (tell) this.onerror?.(error);
  }
}

/**
 * @param {Strokes | Float32Array} input
 * @returns {import('./program.js').Drawing | import('./program.js').Picture}
 */
function pixelsOrPack(input) {
  return input instanceof Float32Array ? { values: input } : pack(input);
}

/**
 * All classes, the likeliest first.
 * @param {readonly string[]} labels
 * @param {Float32Array} probabilities one for each label
 * @returns {Answer['top']}
 */
function ranked(labels, probabilities) {
  return labels.map((label, index) => ({ index, label, probability: probabilities[index] })).sort((a, b) => b.probability - a.probability);
}
