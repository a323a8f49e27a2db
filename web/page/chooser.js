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
  root.addEventListener('change', () => {
    page.set({ settings: { language: /** @type {HTMLSelectElement} */ (root).value } });
    // Everything is said anew, and the simplest way to that is the one that every visit takes. The drawing is kept.
    location.reload();
  });
}
