// Waits for what comes over the network, but not for ever: some requests get lost on their way, so that nothing comes and nothing
// fails.

import { CroquisError, reason } from './errors.js';

/** After so many seconds without a byte a download counts as failed. */
const STALL = 30;

/** A request got lost: it is worth asking once more, see insist. */
export class Stalled extends CroquisError {
  /** @param {string} what did not come */
  constructor(what) {
    super('download', `${what}: nothing arrived for ${STALL} seconds`);
  }
}

/**
 * Calls when nothing has arrived for so long, unless it is stopped before.
 * @param {() => void} call
 * @returns {{arrived: () => void, stop: () => void}} arrived: to be called when something has
 */
export function watch(call) {
  // In ticks and not by the clock: a page that was put to sleep had nobody to send it anything.
  let silent = 0;
  const watchdog = setInterval(() => {
    if (++silent < STALL) return;
    clearInterval(watchdog);
    call();
  }, 1000);
  return {
    arrived: () => {
      silent = 0;
    },
    stop: () => clearInterval(watchdog),
  };
}

/**
 * Asks once more, around every cache, for what has got lost.
 * @template T
 * @param {(fresh: boolean) => Promise<T>} ask
 * @param {boolean} [fresh] go around every cache at once: this is the second time
 * @returns {Promise<T>}
 */
export async function insist(ask, fresh = false) {
  try {
    return await ask(fresh);
  } catch (error) {
    if (!(error instanceof Stalled) || fresh) throw error;
    return ask(true);
  }
}

/**
 * Gets a file of text.
 * @param {URL} url
 * @param {RequestCache} cache
 * @returns {Promise<string>}
 * @throws {CroquisError} a Stalled when nothing comes
 */
export async function getText(url, cache) {
  const controller = new AbortController();
  const { arrived, stop } = watch(() => controller.abort());
  try {
    const response = await fetch(url, { cache, signal: controller.signal });
    arrived();
    if (!response.ok || !response.body) throw new Error(`the server answers ${response.status}`);
    const reader = response.body.getReader();
    const decoder = new TextDecoder();
    for (let text = ''; ; ) {
      const { done, value } = await reader.read();
      if (done) return text + decoder.decode();
      arrived();
      text += decoder.decode(value, { stream: true });
    }
  } catch (error) {
    // What browsers throw then differs.
    throw controller.signal.aborted ? new Stalled(url.href) : new CroquisError('download', `${url}: ${reason(error)}`);
  } finally {
    stop();
  }
}
