// Gets the network. A small one answers first, and the one that is wanted takes over when it is there, without a gap; so does
// another one that a visitor chooses.

import { load } from '../croquis.js';
import { CroquisError } from '../errors.js';
import { Manifest } from '../manifest.js';
import { kept } from '../offline/kept.js';
import { insist } from '../stall.js';
import { isThrifty, plan } from './plan.js';
import { record } from './traffic.js';

/** @typedef {import('../croquis.js').Classifier} Classifier */
/** @typedef {import('../page/page.js').Page} Page */

/** Predictions that a network makes unseen before it takes over: the first ones of a new program are slow. */
const WARM_UP = 5;

/**
 * Keeps page.classifier, page.progress, page.failure, page.coming and page.offer up to date.
 * @param {Page} page
 */
export function connect(page) {
  const loader = new Loader(page);
  page.on('failure', (error) => error && console.error(error));
  page.on('retry', () => void loader.begin(true));
  let { model } = page.settings;
  page.on('settings', (settings) => {
    if (settings.model === model) return;
    model = settings.model;
    void loader.begin(false);
  });
  page.on('kernel', () => void loader.begin(false));
  void loader.begin(false);
}

/**
 * The network that the page uses, once it is there and none is about to take over.
 * @param {Page} page
 * @returns {Promise<Classifier>}
 */
export function settled(page) {
  const there = () => (page.coming && !page.coming.failure ? null : page.classifier);
  return new Promise((resolve) => {
    const look = () => {
      const classifier = there();
      if (!classifier) return;
      for (const stop of stops) stop();
      resolve(classifier);
    };
    const stops = [page.on('classifier', look), page.on('coming', look)];
    look();
  });
}

class Loader {
  /** @type {Page} */ #page;
  /** Of what was asked for last: what comes of an older request is of no use, and is given up. */
  #newest = new AbortController();
  /** The kernel that the network in use was loaded for. */
  #kernel = '';

  /** @param {Page} page */
  constructor(page) {
    this.#page = page;
  }

  /**
   * Gets what is wanted now.
   * @param {boolean} fresh go around every cache
   */
  async begin(fresh) {
    const page = this.#page;
    this.#newest.abort();
    const { signal } = (this.#newest = new AbortController());
    page.set({ failure: null, coming: null, progress: page.classifier ? null : { stage: 'program', loaded: 0, total: 0 } });
    try {
      const manifest = await insist((anew) => Manifest.read(page.base, anew), fresh);
      const names = manifest.models();
      if (names.length === 0) throw new CroquisError('download', 'the site has no network');
      if (signal.aborted) return;
      const { starter, wanted, offer } = plan(names, page.settings.model, isThrifty());
      page.set({ offer });
      const begins = !page.classifier;
      if (begins) await this.#start(starter, wanted, fresh, signal);
      const used = page.classifier?.info.model === wanted && this.#kernel === page.kernel;
      if (signal.aborted || used) return;
      if (!(await this.#takeOver(wanted, fresh, signal)) && begins) await this.#makeDo(await kept(manifest), signal);
    } catch (error) {
      if (signal.aborted) return;
      if (page.classifier) page.set({ coming: { name: page.settings.model, loaded: 0, total: 0, failure: error } });
      else page.set({ failure: error, progress: null });
    }
  }

  /**
   * Gets the first network.
   * @param {string} name
   * @param {string} wanted the one after it
   * @param {boolean} fresh
   * @param {AbortSignal} signal
   */
  async #start(name, wanted, fresh, signal) {
    const page = this.#page;
    const onProgress = (/** @type {import('../croquis.js').Progress} */ progress) => !signal.aborted && page.set({ progress });
    const { kernel } = page;
    const classifier = await load({ base: page.base, model: name, kernel, onProgress, fresh, signal });
    if (signal.aborted) {
      classifier.close();
      return;
    }
    // In one step: nobody shall take it for the last.
    this.#use(classifier, kernel, name === wanted ? null : { name: wanted, loaded: 0, total: 0, failure: null });
  }

  /**
   * Gets a network while another answers. If it does not come, that one goes on.
   * @param {string} name
   * @param {boolean} fresh
   * @param {AbortSignal} signal
   * @returns {Promise<boolean>} false when it did not come
   */
  async #takeOver(name, fresh, signal) {
    const page = this.#page;
    const tell = (/** @type {Partial<NonNullable<Page['coming']>>} */ news) =>
      !signal.aborted && page.set({ coming: { name, loaded: 0, total: 0, failure: null, ...news } });
    tell({});
    const { kernel } = page;
    try {
      const next = await load({ base: page.base, model: name, kernel, onProgress: ({ loaded, total }) => tell({ loaded, total }), fresh, signal });
      await warm(next, page.input());
      if (!signal.aborted) this.#use(next, kernel, null);
      else next.close();
    } catch (failure) {
      if (signal.aborted) return true;
      tell({ failure });
      console.info(failure);
      return false;
    }
    return true;
  }

  /**
   * Takes the best network that is on the device, when the one that is wanted did not come and the small one would have to do.
   * @param {string[]} kept the networks on the device, the best first
   * @param {AbortSignal} signal
   */
  async #makeDo([best], signal) {
    const page = this.#page;
    if (signal.aborted || !best || best === page.classifier?.info.model || best === page.coming?.name) return;
    const { kernel } = page;
    const next = await load({ base: page.base, model: best, kernel, signal });
    await warm(next, page.input());
    if (!signal.aborted) this.#use(next, kernel, page.coming); // which still says what did not come
    else next.close();
  }

  /**
   * @param {Classifier} classifier
   * @param {string} kernel that it was loaded for
   * @param {Page['coming']} coming
   */
  #use(classifier, kernel, coming) {
    const page = this.#page;
    const before = page.classifier;
    this.#kernel = kernel;
    classifier.onerror = (error) => {
      if (page.classifier === classifier) page.set({ classifier: null, failure: error });
    };
    void record(classifier);
    page.set({ classifier, coming, progress: null, failure: null });
    before?.retire();
  }
}

/**
 * @param {Classifier} classifier
 * @param {import('../croquis.js').Strokes | Float32Array | null} input
 */
async function warm(classifier, input) {
  for (let i = 0; i < WARM_UP; i++) await classifier.classify(input ?? new Float32Array(784));
}
