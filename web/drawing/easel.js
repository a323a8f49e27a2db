// The drawing's room: the sheet, the tools below it, and the shortcuts.

import { $, isOff, turn } from '../page/dom.js';
import { Surface } from './canvas.js';

/**
 * @param {import('../page/page.js').Page} page
 * @param {HTMLElement} root with the sheet and the tools
 */
export function mount(page, root) {
  const { drawing } = page;
  /** @type {HTMLElement} */ const hint = $('hint');
  /** @type {HTMLInputElement} */ const live = $('live');
  const undo = $('undo');
  const redo = $('redo');
  const clear = $('clear');
  const predict = $('predict');
  new Surface($('canvas'), drawing);

  const enable = () => {
    turn(undo, !drawing.canUndo);
    turn(redo, !drawing.canRedo);
    turn(clear, drawing.empty);
    turn(predict, !page.input() || !page.classifier);
  };
  drawing.addEventListener('change', () => {
    hint.toggleAttribute('data-gone', !drawing.empty);
    enable();
  });
  page.on('classifier', enable);
  page.on('picture', enable);
  enable();

  root.addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest('button') : null;
    if (!button || isOff(button)) return;
    if (button === undo) drawing.undo();
    else if (button === redo) drawing.redo();
    else if (button === clear) drawing.clear();
    else if (button === predict) page.request();
  });
  live.checked = page.settings.live;
  live.addEventListener('change', () => page.set({ settings: { live: live.checked } }));
  addEventListener('keydown', (event) => shortcut(event, drawing));
}

/**
 * @param {KeyboardEvent} event
 * @param {import('./drawing.js').Drawing} drawing
 */
function shortcut(event, drawing) {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
  const key = event.key.toLowerCase();
  if (key === 'z') event.shiftKey ? drawing.redo() : drawing.undo();
  else if (key === 'y') drawing.redo();
  else return;
  event.preventDefault();
}
