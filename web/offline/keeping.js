// Which networks are kept on this device, and a button that keeps them all: for the room about the networks.

import { isKept } from '../kept.js';
import { bequeath, h, isOff, turn } from '../page/dom.js';
import { list, megabytes, text } from '../page/text.js';
import { keep } from './offline.js';

/**
 * @param {import('../page/page.js').Page} page
 * @param {import('../manifest.js').Manifest} manifest
 * @returns {HTMLElement} hidden where nothing can be kept
 */
export function keeping(page, manifest) {
  const told = h('p', { role: 'status', tabindex: -1 });
  const all = h('button', { type: 'button', onclick: () => void keepAll() });
  const root = h('div', { class: 'keeping', hidden: true }, h('h3', {}, text('offline.title')), told, all);
  const names = manifest.models();

  async function show() {
    if (isOff(all)) return; // it says what comes of the keeping
    const kept = await Promise.all(names.map((name) => isKept(manifest, name)));
    const missing = names.filter((_, i) => !kept[i]);
    const here = names.filter((_, i) => kept[i]);
    told.textContent = missing.length === 0 ? text('offline.all') : here.length > 0 ? text('offline.some', { networks: list(here, 'conjunction') }) : '';
    const bytes = missing.reduce((sum, name) => sum + manifest.sent(`model/${name}.json`), 0);
    all.textContent = text('offline.keep', { size: megabytes(bytes) });
    bequeath(all, told, () => (all.hidden = missing.length === 0));
    root.hidden = false;
  }

  async function keepAll() {
    if (isOff(all)) return;
    turn(all, true);
    told.textContent = text('offline.keeping');
    const done = await keep(names);
    turn(all, false);
    if (done) await show();
    else told.textContent = text('offline.failed');
  }

  // Caches may be forbidden; without a service worker there are none.
  const begin = () => void navigator.serviceWorker?.ready.then(show).catch(console.info);
  page.on('kept', begin);
  begin();
  return root;
}
