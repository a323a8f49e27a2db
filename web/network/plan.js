// Which network answers first, and which is wanted.

/** The small network, which answers until the wanted one is there. */
const STARTER = 'tiny';

/**
 * @typedef {object} Plan
 * @property {string} starter the network that answers first
 * @property {string} wanted the one that takes over; perhaps the same
 * @property {string} offer a better one, which waits until somebody says that it is worth its bytes; '' for none
 */

/**
 * @param {string[]} names of the site's networks, its best first
 * @param {string} chosen by the visitor; '' for none
 * @param {boolean} thrifty whether bytes are dear
 * @returns {Plan}
 */
export function plan(names, chosen, thrifty) {
  const [best] = names;
  const small = names.includes(STARTER) ? STARTER : '';
  const decided = names.includes(chosen);
  const wanted = decided ? chosen : (thrifty && small) || best;
  return { starter: small || wanted, wanted, offer: !decided && wanted !== best ? best : '' };
}

/** Whether the visitor asks to save bytes, or has few of them in a second. Only some browsers say. */
export function isThrifty() {
  const { saveData = false, effectiveType = '4g' } = /** @type {any} */ (navigator).connection ?? {};
  return saveData || effectiveType !== '4g';
}
