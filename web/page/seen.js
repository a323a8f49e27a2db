// Work that is worth doing only while somebody can see it, and never twice at once.

/**
 * Keeps a room up to date while its tab is open and it is in sight: update runs once at the start and after each asking,
 * at most once a frame, and never before it has come to its end. What was asked for out of sight is made up for.
 * @param {import('./page.js').Page} page
 * @param {string} tab the room's
 * @param {Element} root of the room
 * @param {() => Promise<void>} update
 * @returns {() => void} asks for an update
 */
export function whileSeen(page, tab, root, update) {
  let due = true;
  let busy = false;
  let inSight = false;
  const run = async () => {
    if (busy) return;
    busy = true;
    try {
      while (due && inSight && page.tab === tab) {
        due = false;
        await update();
        await new Promise(requestAnimationFrame);
      }
    } finally {
      busy = false;
    }
  };
  new IntersectionObserver((entries) => {
    inSight = entries[entries.length - 1].isIntersecting;
    void run();
  }).observe(root);
  page.on('tab', () => void run());
  return () => {
    due = true;
    void run();
  };
}

/**
 * What a call of the classifier gives, or null when it is of no use any more: a newer one has overtaken it, or the
 * classifier has stopped, of which the page hears by other ways.
 * @template T
 * @param {Promise<T>} call
 * @returns {Promise<T | null>}
 */
export async function orNothing(call) {
  try {
    return await call;
  } catch (error) {
    const code = /** @type {{code?: string}} */ (error)?.code ?? '';
    if (!['overtaken', 'crashed', 'closed'].includes(code)) throw error;
    return null;
  }
}
