// The class whose reasons are shown: the likeliest, until somebody chooses another.

/**
 * Chooses a class, or, when it was chosen already, the likeliest again.
 * @param {import('../page/page.js').Page} page
 * @param {number} index of the class; others than classes are ignored
 */
export function choose(page, index) {
  if (Number.isInteger(index) && index >= 0) page.set({ chosen: index === page.chosen ? -1 : index });
}

/**
 * The class whose reasons are shown now.
 * @param {import('../page/page.js').Page} page
 * @returns {{index: number, label: string} | null} null while there is no answer
 */
export function reasonsFor({ answer, chosen }) {
  if (!answer) return null;
  return answer.top.find(({ index }) => index === chosen) ?? answer.top[0];
}
