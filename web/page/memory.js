// What outlives the page: in the browser's local storage, on this device alone. Where that is forbidden, as in some private
// windows, or has no room, it stays with the tab's own entry of the history, which survives a reload; and so does what is to
// stay with the tab alone.

/**
 * Writes something down.
 * @param {string} key
 * @param {Iterable<string>} versions of it, the one that is wanted first, and shorter ones for where that has no room
 * @returns {boolean} whether it outlives the tab
 */
export function write(key, versions) {
  /** @type {string | undefined} */ let wanted;
  for (const words of versions) {
    wanted ??= words;
    try {
      localStorage.setItem(key, words);
    } catch {
      continue;
    }
    // What stands with the tab comes first, and is older now.
    if (noted(key) !== undefined) note({ [key]: undefined });
    return true;
  }
  note({ [key]: wanted });
  return false;
}

/**
 * What was written down last, and what was before that, as local storage still holds it when it had no room.
 * @param {string} key
 * @returns {string[]} the newest first
 */
export function recall(key) {
  const all = /** @type {Array<string | null>} */ ([noted(key)]);
  try {
    all.push(localStorage.getItem(key));
  } catch {
    // Forbidden.
  }
  return /** @type {string[]} */ (all.filter((words) => typeof words === 'string'));
}

/**
 * What stands with the tab.
 * @param {string} key
 */
export const noted = (key) => /** @type {unknown} */ (history.state?.[key]);

/**
 * Writes down with the tab alone.
 * @param {Record<string, unknown>} notes what can be cloned; undefined takes away
 */
export function note(notes) {
  try {
    history.replaceState({ ...history.state, ...notes }, '');
  } catch {
    // Too much of it, or too often: then it lives as long as the page.
  }
}
