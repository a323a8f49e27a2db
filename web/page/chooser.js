// The choice of a language.

import { h } from './dom.js';
import { languages } from './text.js';

/**
 * @param {import('./page.js').Page} page
 * @param {HTMLElement} root a select
 */
export function mount(page, root) {
  const options = Object.entries(languages).map(([tag, name]) =>
    h('option', { value: tag, lang: tag, selected: tag === document.documentElement.lang }, name),
  );
  root.append(...options);
  // Without opening the list, arrow keys choose each language on the way: it is taken with Enter, or when the focus goes.
  let pressing = false;
  let waiting = false;
  const take = () => {
    waiting = false;
    const { value } = /** @type {HTMLSelectElement} */ (root);
    if (value === document.documentElement.lang) return;
    page.set({ settings: { language: value } });
    // Everything is said anew, and the simplest way to that is the one that every visit takes. The drawing is kept.
    location.reload();
  };
  // What a key does to a list that is closed, it does at once: an arrow at its keydown, a letter at its keypress. The keyup of one
  // that opens the list may go to the list.
  const press = () => {
    pressing = true;
    setTimeout(() => (pressing = false));
  };
  root.addEventListener('keypress', press);
  root.addEventListener('keydown', ({ key }) => {
    if (waiting && key === 'Enter') take();
    press();
  });
  root.addEventListener('change', () => {
    waiting = pressing;
    if (!waiting) take();
  });
  // When the window loses the focus, the list keeps it within the page.
  root.addEventListener('focusout', () => waiting && document.activeElement !== root && document.hasFocus() && take());
}
