// The tools below the sheet. What is chosen is a setting of the page; what can be done depends on the drawing.

import { $, isOff, turn } from '../page/dom.js';
import { text } from '../page/text.js';
import { Shortcuts, showList } from './shortcuts.js';

/** Of the three sizes: widths of the pen, as multiples of the standard one's, and radii of the eraser, in units. */
const PENS = [0.5, 1, 2];
const ERASERS = [5, 10, 20];

/**
 * @param {import('../page/page.js').Page} page
 * @param {HTMLElement} root
 * @param {import('./speech.js').Speech} speech
 */
export function mountTools(page, root, speech) {
  const { drawing } = page;
  sound(page);
  const shortcuts = new Shortcuts(page, root, speech);

  /** @type {Record<string, () => void>} */
  const does = {
    undo: () => said(() => drawing.undo(), 'drawing.said.undone'),
    redo: () => said(() => drawing.redo(), 'drawing.said.redone'),
    clear: () => said(() => drawing.clear(), 'drawing.said.cleared'),
    mirror: () => page.set({ settings: { mirror: !page.settings.mirror } }),
    keys: () => showList(page, shortcuts),
    predict: () => page.request(),
  };
  const said = (/** @type {() => void} */ act, /** @type {string} */ key) => {
    act();
    speech.say(text(key));
  };
  root.addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest('button') : null;
    if (button && !isOff(button)) does[button.id]?.();
  });
  root.addEventListener('change', ({ target }) => {
    if (!(target instanceof HTMLInputElement)) return;
    if (target.name === 'tool') page.set({ settings: { tool: target.value } });
    else if (target.name === 'size') choose(page, Number(target.value));
    else if (target.id === 'live') page.set({ settings: { live: target.checked } });
  });

  let known = '';
  const enable = () => {
    const now = [drawing.canUndo, drawing.canRedo, drawing.empty, page.picture === null, page.classifier === null].join();
    if (now === known) return; // as nearly always while drawing
    known = now;
    turn($('undo'), !drawing.canUndo);
    turn($('redo'), !drawing.canRedo);
    turn($('clear'), drawing.empty);
    turn($('predict'), (drawing.empty && !page.picture) || !page.classifier);
  };
  drawing.addEventListener('change', enable);
  drawing.addEventListener('stroke', enable);
  page.on('classifier', enable);
  page.on('picture', enable);
  enable();
  page.on('settings', () => show(page, root));
  show(page, root);
}

/**
 * Settings come from a store where anything may stand.
 * @param {import('../page/page.js').Page} page
 */
function sound(page) {
  const { tool, size, eraser } = page.settings;
  page.set({
    settings: {
      tool: ['pen', 'eraser', 'fill'].includes(tool) ? tool : 'pen',
      size: PENS.includes(size) ? size : PENS[1],
      eraser: ERASERS.includes(eraser) ? eraser : ERASERS[1],
    },
  });
}

/**
 * Takes a size for the tool in hand: the eraser keeps its own.
 * @param {import('../page/page.js').Page} page
 * @param {number} which
 */
function choose(page, which) {
  page.set({ settings: page.settings.tool === 'eraser' ? { eraser: ERASERS[which] } : { size: PENS[which] } });
}

/**
 * Shows what is chosen.
 * @param {import('../page/page.js').Page} page
 * @param {HTMLElement} root
 */
function show({ settings }, root) {
  const { tool, size, eraser, mirror, live } = settings;
  const which = tool === 'eraser' ? ERASERS.indexOf(eraser) : PENS.indexOf(size);
  /** @type {HTMLInputElement} */ ($(tool)).checked = true;
  /** @type {HTMLInputElement} */ ($(`size-${which}`)).checked = true;
  /** @type {HTMLInputElement} */ ($('live')).checked = live;
  $('mirror').setAttribute('aria-pressed', String(mirror));
  root.setAttribute('data-tool', tool);
  root.toggleAttribute('data-mirror', mirror);
}
