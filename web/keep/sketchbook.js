// The sketchbook: past drawings, newest first. They lie in the browser's database; those that it does not take are held here
// until the page is closed, and put there as soon as it takes something again.

import { decode, encode } from './codec.js';
import { Fault } from './fault.js';
import { Store } from './store.js';

/**
 * @typedef {object} Entry
 * @property {number} id negative while the drawing is held by the page alone
 * @property {string} name by the visitor; '' for none
 * @property {number} made when, in milliseconds since 1970
 * @property {Uint8Array} bytes the drawing, as codec.js has it
 * @property {Said | null} answer null when there was no network
 * @property {string} network that gave the answer, '' for none
 */

/** @typedef {{label: string, probability: number, verdict: import('../verdict.js').Verdict}} Said of the likeliest class */
/** @typedef {Omit<Entry, 'id'>} Leaf a drawing that is to be kept */

/** @type {readonly unknown[]} */
const VERDICTS = ['sure', 'unsure', 'unlike'];

/**
 * Tells by an event "change" that entries came, went or were renamed, in this tab or in another, and by "lost" that the browser's
 * database went away. No method throws when that database fails: each returns the Fault, or null.
 */
export class Sketchbook extends EventTarget {
  /** @type {Store<Leaf & {id?: number}>} */ #store = new Store();
  /** Drawings that the page alone holds. @type {Entry[]} */ #loose = [];
  #next = -1;
  /** What writes, one after the other. @type {Promise<unknown>} */ #turn = Promise.resolve();
  /** Between the tabs of this page. @type {BroadcastChannel | null} */ #tabs = null;

  constructor() {
    super();
    this.#store.onlost = () => {
      this.dispatchEvent(new Event('lost'));
      this.dispatchEvent(new Event('change'));
    };
    this.#store.onfreed = () => void this.#write(() => this.#add([]));
    if (typeof BroadcastChannel === 'function') {
      this.#tabs = new BroadcastChannel('croquis-sketchbook');
      this.#tabs.onmessage = () => this.dispatchEvent(new Event('change'));
    }
  }

  /** @returns {Promise<{entries: Entry[], fault: Fault | null}>} newest first; with a fault, those that the page alone holds */
  async all() {
    /** @type {Entry[]} */ let kept = [];
    const fault = await attempt(async () => {
      kept = (await this.#store.all()).map(sound);
    });
    const entries = [...kept, ...this.#loose];
    return { entries: entries.reverse().sort((a, b) => b.made - a.made), fault };
  }

  /**
   * Keeps drawings, but for those that are there already, to the last point.
   * @param {readonly Leaf[]} leaves
   * @returns {Promise<{fresh: number, fault: Fault | null}>} how many were not there
   */
  keep(leaves) {
    return this.#write(async () => {
      const { entries } = await this.all();
      const there = new Set(entries.map(({ bytes }) => bytes.join()));
      const fresh = leaves.filter(({ bytes }) => {
        const mark = bytes.join();
        return !there.has(mark) && there.add(mark);
      });
      return { fresh: fresh.length, fault: await this.#add(fresh) };
    });
  }

  /**
   * Puts back what was removed.
   * @param {readonly Leaf[]} leaves
   */
  restore(leaves) {
    return this.#write(() => this.#add(leaves));
  }

  /**
   * @param {Entry} entry
   * @param {string} name
   */
  rename(entry, name) {
    const named = { ...entry, name: name.trim().slice(0, 80) };
    return this.#write(async () => {
      if (entry.id > 0) return attempt(() => this.#store.put([named]));
      this.#loose = this.#loose.map((e) => (e.id === entry.id ? named : e));
      return null;
    });
  }

  /** @param {readonly Entry[]} entries */
  remove(entries) {
    const ids = entries.map(({ id }) => id);
    return this.#write(async () => {
      const kept = ids.filter((id) => id > 0);
      const fault = kept.length === 0 ? null : await attempt(() => this.#store.remove(kept));
      if (fault) return fault;
      this.#loose = this.#loose.filter(({ id }) => !ids.includes(id));
      // There may be room now for what had none; where there is none, that is no news of what was removed.
      await this.#add([]);
      return null;
    });
  }

  /**
   * Puts all that the page alone holds into the database, if that takes it.
   * @param {readonly Leaf[]} leaves
   */
  async #add(leaves) {
    for (const leaf of leaves) this.#loose.push({ ...leaf, id: this.#next-- });
    if (this.#loose.length === 0) return null;
    const fault = await attempt(() => this.#store.put(this.#loose.map(({ id, ...leaf }) => leaf)));
    if (!fault) this.#loose = [];
    return fault;
  }

  /**
   * @template R
   * @param {() => Promise<R>} work
   * @returns {Promise<R>}
   */
  #write(work) {
    const done = this.#turn.then(work).then((result) => {
      this.dispatchEvent(new Event('change'));
      this.#tabs?.postMessage('change');
      return result;
    });
    this.#turn = done.catch(() => {});
    return done;
  }
}

/**
 * A record of the database, where anything may stand: what is not as it should be is left out, so that the rest can be shown and
 * all of it deleted. A drawing without bytes is one that is damaged.
 * @param {Record<string, any>} record
 * @returns {Entry}
 */
function sound({ id, name, made, bytes, answer, network }) {
  const words = (/** @type {unknown} */ value) => (typeof value === 'string' ? value : '');
  const answered = typeof answer?.label === 'string' && answer.probability >= 0 && answer.probability <= 1;
  return {
    id,
    name: words(name),
    // Beyond that there are no dates.
    made: typeof made === 'number' && Math.abs(made) <= 8.64e15 ? made : 0,
    bytes: bytes instanceof Uint8Array ? bytes : new Uint8Array(),
    answer: answered ? { label: answer.label, probability: answer.probability, verdict: verdictOf(answer) } : null,
    network: words(network),
  };
}

/**
 * @param {Record<string, any>} answer of a record; the page once wrote "sure", yes or no, and had no other verdicts
 * @returns {Said['verdict']}
 */
function verdictOf({ verdict, sure }) {
  if (VERDICTS.includes(verdict)) return verdict;
  return sure === true ? 'sure' : 'unsure';
}

/** The page's. */
export const sketchbook = new Sketchbook();

/**
 * @param {() => Promise<void>} work
 * @returns {Promise<Fault | null>}
 */
async function attempt(work) {
  try {
    await work();
    return null;
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
}

/**
 * What the sketchbook needs to know of a drawing.
 * @param {readonly import('../drawing/stroke.js').Stroke[]} strokes
 * @param {import('../croquis.js').Classifier | null} classifier
 * @param {string} [name]
 * @param {number} [made]
 * @returns {Promise<Leaf | null>} null for a slip of the pen
 * @throws {Fault} too-large
 */
export async function leafOf(strokes, classifier, name = '', made = Date.now()) {
  const bytes = encode(strokes);
  const answer = classifier ? await classifier.classify(decode(bytes)).catch(() => null) : null;
  if (answer?.blank) return null;
  return {
    name,
    made,
    bytes,
    answer: saidOf(answer),
    network: classifier?.info.model ?? '',
  };
}

/**
 * What is worth keeping of an answer.
 * @param {import('../croquis.js').Answer | null} answer
 * @returns {Said | null}
 */
export function saidOf(answer) {
  if (!answer?.verdict) return null;
  const [{ label, probability }] = answer.top;
  return { label, probability, verdict: answer.verdict };
}

/**
 * The word for a drawing in files that others read.
 * @param {Said | null} answer
 * @returns {string} '' for what is like none of the classes
 */
export function wordFor(answer) {
  return answer && answer.verdict !== 'unlike' ? answer.label : '';
}
