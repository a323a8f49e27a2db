// What a visitor has chosen, kept from visit to visit where the browser allows it.

import * as memory from './memory.js';

const KEY = 'croquis.settings';

/** What holds until somebody chooses otherwise. A new setting needs its line here, and no other. */
export const DEFAULTS = Object.freeze({
  /** Predict with every change of the drawing. */
  live: true,
  /** The tool in hand. */
  tool: 'pen',
  /** Width of its line, as a multiple of the standard pen's. */
  size: 1,
  /** Radius of the eraser, in units of the drawing. */
  eraser: 10,
  /** Draw on both sides at once. */
  mirror: false,
  /** Letters and digits alone are shortcuts. */
  keys: true,
  /** Of the page's texts; '' is the browser's. */
  language: '',
  /** The network's name; '' is the site's best. */
  model: '',
});

/** @typedef {{-readonly [name in keyof typeof DEFAULTS]: (typeof DEFAULTS)[name] extends boolean ? boolean : (typeof DEFAULTS)[name] extends number ? number : string}} Settings */

/**
 * Reads the settings. What is not there, or is not what it should be, is as if it had never been chosen.
 * @returns {Readonly<Settings>}
 */
export function read() {
  const kept = recall();
  const known = Object.entries(DEFAULTS).map(([name, usual]) => [name, typeof kept[name] === typeof usual ? kept[name] : usual]);
  return Object.freeze(Object.fromEntries(known));
}

/** @param {Readonly<Settings>} settings */
export function write(settings) {
  memory.write(KEY, [JSON.stringify(settings)]);
}

/** @returns {Record<string, unknown>} */
function recall() {
  for (const words of memory.recall(KEY)) {
    try {
      const kept = JSON.parse(words);
      if (typeof kept === 'object' && kept !== null) return kept;
    } catch {
      // Somebody has written something else there.
    }
  }
  return {};
}
