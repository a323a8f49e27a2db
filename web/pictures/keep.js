// A picture that is named stays through a reload, as the drawing does; not through the tab's end.

import { note, noted } from '../page/memory.js';

const KEY = 'croquis.picture';

/**
 * Brings back the picture that was named, and keeps what is. To be called when the drawing is there: who draws has put the
 * picture away.
 * @param {import('../page/page.js').Page} page
 */
export function keepPicture(page) {
  const picture = /** @type {import('../page/page.js').Picture | undefined} */ (noted(KEY));
  if (picture?.values instanceof Float32Array && picture.values.length === 784) page.set({ picture });
  page.on('picture', (picture) => note({ [KEY]: picture ?? undefined }));
}
