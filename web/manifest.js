// The site's table of contents, written when the site is built: which file holds what, and how large it is.

import { CroquisError, reason } from './errors.js';
import { getText } from './stall.js';

/**
 * An absolute address and the size in bytes, 0 when unknown; and what is there, for a worker that cannot ask for it.
 * @typedef {{url: string, bytes: number, blob?: Blob}} Resource
 */

/**
 * Whether the page is one file, which holds all others and has made their addresses.
 * @param {URL} base of the manifest
 * @returns {boolean}
 */
export const isPacked = (base) => base.protocol === 'blob:';

export class Manifest {
  /**
   * @param {URL} base that addresses are relative to
   * @param {Record<string, {file: string, bytes: number, brotli?: number}>} files
   * @param {string} suffix appended to addresses
   */
  constructor(base, files, suffix) {
    this.base = base;
    this.files = files;
    this.suffix = suffix;
  }

  /**
   * Reads the manifest.
   * @param {URL} base its own address, or one in the folder where manifest.json is
   * @param {boolean} fresh go around every cache, for a second try after something damaged arrived
   * @returns {Promise<Manifest>}
   * @throws {CroquisError} a Stalled when nothing comes
   */
  static async read(base, fresh) {
    const url = isPacked(base) || base.href.endsWith('.json') ? base : new URL('manifest.json', base);
    // What has its hash in its name never changes.
    const usual = /\.[0-9a-f]{16}\.json$/.test(url.pathname) ? 'default' : 'no-cache';
    const text = await getText(url, fresh ? 'reload' : usual);
    try {
      const { files } = JSON.parse(text);
      if (typeof files !== 'object' || files === null) throw new Error('it has no "files"');
      // The workers' and Go's requests take no cache mode: an address never seen before does the same.
      return new Manifest(base, files, fresh ? `?fresh=${Date.now()}` : '');
    } catch (error) {
      throw new CroquisError('damaged', `${url}: ${reason(error)}`);
    }
  }

  /**
   * @param {string} name the file's name before it got a hash, such as "worker.js"
   * @returns {boolean}
   */
  has(name) {
    return Object.hasOwn(this.files, name);
  }

  /**
   * @param {string} name
   * @returns {Resource}
   */
  find(name) {
    if (!this.has(name)) throw new CroquisError('download', `the site has no file ${name}`);
    const { file, bytes } = this.files[name];
    const { href } = new URL(file, this.base);
    return { url: this.packed ? href : href + this.suffix, bytes: bytes ?? 0 };
  }

  /** Whether all files are in the page itself. */
  get packed() {
    return isPacked(this.base);
  }

  /**
   * A file for a worker to get. Where the page has made its address, some browsers keep it from workers, if the page is from a disk:
   * the worker is handed the file itself.
   * @param {string} name
   * @returns {Promise<Resource>}
   */
  async lend(name) {
    const resource = this.find(name);
    if (!this.packed) return resource;
    try {
      return { ...resource, blob: await (await fetch(resource.url)).blob() };
    } catch (error) {
      throw new CroquisError('download', `${name}: ${reason(error)}`);
    }
  }

  /**
   * How many bytes of a file come over the network, where the host sends it compressed.
   * @param {string} name
   * @returns {number}
   */
  sent(name) {
    const { brotli, bytes } = this.files[name];
    return brotli ?? bytes;
  }

  /** @returns {string[]} the networks that the site has: its own first, and the others by their names */
  models() {
    return Object.keys(this.files).flatMap((name) => /^model\/([^/]+)\.json$/.exec(name)?.[1] ?? []);
  }
}
