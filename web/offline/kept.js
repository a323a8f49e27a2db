// Which networks are kept on this device.

/**
 * @param {import('../manifest.js').Manifest} manifest
 * @returns {Promise<string[]>} in the manifest's order; none where the browser keeps nothing
 */
export async function kept(manifest) {
  if (!('caches' in globalThis)) return [];
  const names = manifest.models();
  const here = await Promise.all(names.map((name) => caches.match(manifest.find(`model/${name}.json`).url)));
  return names.filter((_, i) => here[i]);
}
