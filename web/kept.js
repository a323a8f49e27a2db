// What is kept on this device, by whichever page of the site.

/**
 * @param {import('./manifest.js').Manifest} manifest
 * @param {string} model the name of a network
 * @returns {Promise<boolean>} false where the browser keeps nothing
 */
export async function isKept(manifest, model) {
  try {
    // Whatever the address has behind it to go around other caches.
    return Boolean(await caches.match(manifest.find(`model/${model}.json`).url, { ignoreSearch: true }));
  } catch {
    return false; // there are no caches, or they are forbidden
  }
}
