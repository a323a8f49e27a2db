// The offer of a better network where bytes are dear.

import { Manifest } from '../manifest.js';
import { h } from '../page/dom.js';
import { megabytes, text } from '../page/text.js';

/**
 * @param {import('../page/page.js').Page} page
 * @param {HTMLElement} root
 */
export function mount(page, root) {
  const show = async () => {
    const name = page.offer;
    root.hidden = true;
    if (!name || !page.classifier) return;
    const files = await Manifest.read(page.base, false).catch(() => null);
    if (!files?.has(`model/${name}.json`) || name !== page.offer) return;
    const accept = () => page.set({ offer: '', settings: { model: name } });
    root.replaceChildren(
      h('span', {}, text('network.offer', { name, size: megabytes(files.sent(`model/${name}.json`)) })),
      h('button', { type: 'button', onclick: accept }, text('network.get')),
    );
    root.hidden = false;
  };
  page.on('offer', () => void show());
  page.on('classifier', () => void show());
  void show();
}
