// Gets the network. A small one answers first, and the one that is wanted takes over when it is there, without a gap; so does
// another one that a visitor chooses.

import { load } from '../croquis.js';
import { CroquisError } from '../errors.js';
import { isKept } from '../kept.js';
import { Manifest } from '../manifest.js';
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
  /** Whether the network in use answers only until a better one is there. */
  #bridging = false;

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
    // Nobody shall take the network in use for the last before it is known which is wanted.
    const coming = page.classifier && { name: page.settings.model, loaded: 0, total: 0, failure: null };
    page.set({ failure: null, coming, progress: page.classifier ? null : { stage: 'program', loaded: 0, total: 0 } });
    try {
      const manifest = await insist((anew) => Manifest.read(page.base, anew), fresh);
      const names = manifest.models();
      if (names.length === 0) throw new CroquisError('download', 'the site has no network');
      if (signal.aborted) return;
      const { starter, wanted, offer } = plan(names, page.settings.model, isThrifty());
      page.set({ offer });
      if (!page.classifier) await this.#start(starter, wanted, fresh, signal);
      if (signal.aborted) return;
      if (page.classifier?.info.model !== wanted || this.#kernel !== page.kernel) {
        await this.#takeOver(wanted, manifest, fresh, signal);
        return;
      }
      this.#bridging = false;
      page.set({ coming: null });
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
    const classifier = await load({ base: page.base, model: name, kernel: page.kernel, onProgress, fresh, signal });
    if (signal.aborted) {
      classifier.close();
      return;
    }
    // In one step: nobody shall take it for the last.
    this.#use(classifier, name === wanted ? null : { name: wanted, loaded: 0, total: 0, failure: null });
    this.#bridging = name !== wanted;
  }

  /**
   * Gets a network while another answers. If it does not come, that one goes on; or, if that was to answer only so long, the
   * site's best, if it is on the device.
   * @param {string} name
   * @param {Manifest} manifest
   * @param {boolean} fresh
   * @param {AbortSignal} signal
   */
  async #takeOver(name, manifest, fresh, signal) {
    const page = this.#page;
    const tell = (/** @type {Partial<NonNullable<Page['coming']>>} */ news) =>
      !signal.aborted && page.set({ coming: { name, loaded: 0, total: 0, failure: null, ...news } });
    tell({});
    try {
      await this.#exchange(name, null, { fresh, signal, onProgress: ({ loaded, total }) => tell({ loaded, total }) });
    } catch (failure) {
      if (signal.aborted) return;
      console.info(failure);
      if (this.#bridging) await this.#makeDo(name, manifest, signal);
      tell({ failure });
    }
  }

  /**
   * Has the site's best network answer, if it is on the device, in the place of one that was to answer only until another came.
   * @param {string} missing the network that did not come
   * @param {Manifest} manifest
   * @param {AbortSignal} signal
   */
  async #makeDo(missing, manifest, signal) {
    const [best] = manifest.models();
    if (best === missing || best === this.#page.classifier?.info.model || !(await isKept(manifest, best))) return;
    try {
      await this.#exchange(best, this.#page.coming, { signal });
    } catch (error) {
      console.info(error); // the small one goes on
    }
  }

  /**
   * Gets a network, has it answer unseen until it is quick, and exchanges the one in use for it.
   * @param {string} name
   * @param {Page['coming']} coming the one after it
   * @param {{fresh?: boolean, signal: AbortSignal, onProgress?: (progress: import('../croquis.js').Progress) => void}} options
   */
  async #exchange(name, coming, options) {
    const page = this.#page;
    const next = await load({ base: page.base, model: name, kernel: page.kernel, ...options });
    try {
      await warm(next, page.input());
    } catch (error) {
      next.close();
      throw error;
    }
    if (options.signal.aborted) next.close();
    else this.#use(next, coming);
  }

  /**
   * @param {Classifier} classifier for the page's kernel: if there were another by now, this one would have been given up
   * @param {Page['coming']} coming
   */
  #use(classifier, coming) {
    const page = this.#page;
    const before = page.classifier;
    this.#kernel = page.kernel;
    this.#bridging = false;
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
