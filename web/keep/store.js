// A table of the browser's own database, IndexedDB, with promises, and with faults that a visitor can be told of. The connection
// is opened when it is first needed, and opened again after it was lost.

import { Fault } from './fault.js';

const DATABASE = 'croquis';
const TABLE = 'drawings';

/** Of the table's layout. A page that finds a later one leaves it alone. */
const VERSION = 1;

/** A database that has not opened after so long, in ms, is held by another tab or by a fault of the browser. */
const PATIENCE = 5000;

/**
 * What the names of IndexedDB's exceptions mean to a visitor.
 * @type {Record<string, import('./fault.js').FaultCode>}
 */
const CODES = {
  QuotaExceededError: 'store-full',
  SecurityError: 'store-forbidden',
  NotAllowedError: 'store-forbidden',
  VersionError: 'store-newer',
  AbortError: 'store-lost',
  InvalidStateError: 'store-lost',
};

/**
 * @param {any} error
 * @returns {Fault}
 */
function faultOf(error) {
  if (error instanceof Fault) return error;
  return new Fault(CODES[error?.name] ?? 'store-failed', `IndexedDB: ${error?.name}: ${error?.message}`);
}

/** @template {{id?: number}} T records, which get an id of their own when they are put without */
export class Store {
  /** @type {Promise<IDBDatabase> | null} */ #opened = null;
  /** Whether it has not opened in time, and may yet. */
  #stuck = false;

  /** Called when a database that was held by somebody else opens after all. @type {() => void} */
  onfreed = () => {};

  /** Called when another tab, or the visitor in the browser's settings, takes the database away. @type {() => void} */
  onlost = () => {};

  /** @returns {Promise<T[]>} all records, in the order of their ids */
  all() {
    return this.#run('readonly', (table) => table.getAll());
  }

  /**
   * Puts in all records or none.
   * @param {readonly T[]} records
   */
  async put(records) {
    await this.#run('readwrite', (table) => records.map((record) => table.put(record))[0]);
  }

  /** @param {readonly number[]} ids */
  async remove(ids) {
    await this.#run('readwrite', (table) => ids.map((id) => table.delete(id))[0]);
  }

  /**
   * One transaction; done when the browser says that it is, not before.
   * @template R
   * @param {IDBTransactionMode} mode
   * @param {(table: IDBObjectStore) => IDBRequest<R>} work returns the request whose result is wanted
   * @returns {Promise<R>}
   * @throws {Fault}
   */
  async #run(mode, work) {
    const transaction = await this.#begin(mode);
    return new Promise((resolve, reject) => {
      transaction.onabort = () => reject(faultOf(transaction.error ?? new DOMException('the transaction was aborted', 'AbortError')));
      try {
        const request = work(transaction.objectStore(TABLE));
        transaction.oncomplete = () => resolve(request.result);
      } catch (error) {
        reject(faultOf(error));
      }
    });
  }

  /** @param {IDBTransactionMode} mode */
  async #begin(mode) {
    try {
      return (await this.#database()).transaction(TABLE, mode);
    } catch (error) {
      if (error instanceof Fault) throw error;
      // The connection was closed behind our back: once more with a new one.
      this.#opened = null;
    }
    try {
      return (await this.#database()).transaction(TABLE, mode);
    } catch (error) {
      throw faultOf(error);
    }
  }

  #database() {
    if (this.#stuck) return Promise.reject(held());
    this.#opened ??= this.#open().catch((error) => {
      this.#opened = null;
      throw faultOf(error);
    });
    return this.#opened;
  }

  /** @returns {Promise<IDBDatabase>} */
  #open() {
    return new Promise((resolve, reject) => {
      const request = ask();
      const blocked = () => {
        this.#stuck = true;
        reject(held());
      };
      const timer = setTimeout(blocked, PATIENCE);
      request.onblocked = blocked;
      /** Why the table could not be made, of which the request says no more than that. @type {DOMException | null} */
      let cause = null;
      request.onupgradeneeded = () => {
        const change = /** @type {IDBTransaction} */ (request.transaction);
        change.onabort = () => (cause = change.error);
        if (!request.result.objectStoreNames.contains(TABLE)) request.result.createObjectStore(TABLE, { keyPath: 'id', autoIncrement: true });
      };
      request.onerror = (event) => {
        event.preventDefault();
        clearTimeout(timer);
        this.#stuck = false;
        // Firefox's word for a private window that keeps nothing.
        reject(request.error?.name === 'InvalidStateError' ? forbidden(request.error) : (cause ?? request.error));
      };
      request.onsuccess = () => {
        clearTimeout(timer);
        const database = request.result;
        database.onversionchange = database.onclose = () => this.#lost(database);
        resolve(database);
        if (!this.#stuck) return;
        this.#stuck = false;
        this.#opened = Promise.resolve(database);
        this.onfreed();
      };
    });
  }

  /** @param {IDBDatabase} database */
  #lost(database) {
    database.close();
    this.#opened = null;
    this.onlost();
  }
}

/** The name itself is forbidden or missing in some browsers' private windows. */
function ask() {
  try {
    return indexedDB.open(DATABASE, VERSION);
  } catch (error) {
    throw forbidden(error);
  }
}

/** @param {unknown} error */
const forbidden = (error) => new Fault('store-forbidden', `IndexedDB: ${error}`);

const held = () => new Fault('store-blocked', 'IndexedDB: the database does not open');
