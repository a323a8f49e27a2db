// The drawing's room: the sheet, and the tools below it.

import { $ } from '../page/dom.js';
import { text } from '../page/text.js';
import { Hand } from './hand.js';
import { keep } from './keep.js';
import { Keyboard } from './keyboard.js';
import { Nib } from './nib.js';
import { mount as mountOverlay } from './overlay.js';
import { Pointers } from './pointer.js';
import { Speech } from './speech.js';
import { Surface } from './surface.js';
import { mountTools } from './tools.js';

/**
 * @param {import('../page/page.js').Page} page
 * @param {HTMLElement} root with the sheet and the tools
 */
export function mount(page, root) {
  const { drawing } = page;
  /** @type {HTMLCanvasElement} */ const canvas = $('canvas');
  const sheet = $('sheet');
  const speech = new Speech(sheet);
  const nib = new Nib(page, sheet);
  const hand = new Hand(page);
  new Pointers(canvas, hand, new Surface(canvas, drawing), nib);
  new Keyboard(canvas, hand, nib, speech);
  mountOverlay(page, canvas);
  mountTools(page, root, speech);

  hand.addEventListener('filled', (event) => {
    const outcome = /** @type {CustomEvent} */ (event).detail;
    if (outcome === 'open') speech.show(text('drawing.said.open'));
    else speech.say(text(outcome === 'filled' ? 'drawing.said.filled' : 'drawing.said.emptied'));
  });
  drawing.addEventListener('change', () => {
    $('hint').toggleAttribute('data-gone', !drawing.empty);
    speech.hush();
  });
  // While a picture is named, the drawing steps back.
  page.on('picture', (picture) => sheet.toggleAttribute('data-resting', picture !== null));
  keep(drawing, (lasting) => page.set({ lasting }));
}
