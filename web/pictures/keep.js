// A picture that is named stays when the page is loaded anew, as the drawing does. It stands with the tab alone: a visitor's own
// picture is not to be found by whoever opens the page next.

import { note, noted } from '../page/memory.js';

const KEY = 'croquis.picture';

/** While its frame is dragged a picture changes sixty times a second, and browsers take so many notes for some seconds only: in ms. */
const PACE = 400;

/**
 * Brings back the picture that was named, and keeps what is. To be called when the drawing is there: who draws has put the
 * picture away.
 * @param {import('../page/page.js').Page} page
 */
export function keepPicture(page) {
  const picture = /** @type {import('../page/page.js').Picture | undefined} */ (noted(KEY));
  if (picture?.values instanceof Float32Array && picture.values.length === 784) page.set({ picture });
  let timer = 0;
  let due = false;
  const write = () => {
    due = false;
    note({ [KEY]: page.picture ?? undefined });
  };
  const rest = () => {
    timer = setTimeout(() => {
      timer = 0;
      if (!due) return;
      write();
      rest();
    }, PACE);
  };
  page.on('picture', (picture) => {
    due = true;
    if (!timer || !picture) write();
    if (!timer) rest();
  });
  addEventListener('pagehide', () => due && write());
}
