// Which build of the site this page is of, so that the service worker keeps its files for as long as it is open.

/**
 * The address of the manifest of the very build that the page is of: its name has a hash, and so have all names in it.
 * @returns {URL}
 */
export function manifestOfPage() {
  const link = /** @type {HTMLLinkElement} */ (document.getElementById('manifest'));
  return new URL(link.href);
}

/**
 * The name of the build's cache, and of the lock that says that the cache is needed, as in sw.js.
 * @param {URL} manifest
 */
export function cacheOf(manifest) {
  const folder = new URL('./', manifest).pathname;
  return `croquis ${folder} ${manifest.pathname.slice(folder.length)}`;
}

/**
 * Says that the build is needed, until the page is closed or put aside: a page that holds a lock could not be put aside.
 * @param {URL} manifest
 */
export function need(manifest) {
  const hold = () => {
    const left = new Promise((resolve) => addEventListener('pagehide', resolve, { once: true }));
    // Shared: many pages may need the same build.
    navigator.locks.request(cacheOf(manifest), { mode: 'shared' }, () => left).catch(console.info);
  };
  hold();
  addEventListener('pageshow', (event) => event.persisted && hold());
}

/**
 * Whether the server has another build by now.
 * @param {URL} manifest
 * @returns {Promise<boolean>} false when it cannot be asked
 */
export async function isOutdated(manifest) {
  try {
    const response = await fetch(new URL('manifest.json', manifest), { cache: 'no-cache' });
    if (!response.ok) return false;
    const bytes = await response.arrayBuffer();
    // A hotel's page for signing in is no new version.
    if (typeof JSON.parse(new TextDecoder().decode(bytes)).files !== 'object') return false;
    const sum = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    const hash = Array.from(sum.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join('');
    return !manifest.pathname.includes(`.${hash}.`);
  } catch {
    return false;
  }
}
