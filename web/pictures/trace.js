// Something to trace over: a photo or a drawing that lies faintly under the sheet. It is no part of the drawing.

import { h } from '../page/dom.js';
import { text } from '../page/text.js';

/** How visible it is to begin with, and the range of the slider, in percent. */
const USUAL = 30;
const RANGE = { min: 5, max: 70, step: 5 };

/**
 * Shows page.trace below the sheet, with a slider and a button that takes it away.
 * @param {import('../page/page.js').Page} page
 * @param {HTMLElement} sheet where it lies
 * @param {HTMLElement} strip for the controls
 */
export function mount(page, sheet, strip) {
  const name = h('span', { class: 'tracing-name' });
  const slider = h('input', { type: 'range', ...RANGE, value: USUAL, id: 'tracing-strength' });
  const fade = () => {
    sheet.style.opacity = `${slider.valueAsNumber / 100}`;
  };
  slider.addEventListener('input', fade);
  fade();
  const off = h('button', { type: 'button', onclick: () => page.set({ trace: null }) }, text('pictures.traceOff'));
  strip.replaceChildren(name, h('label', {}, h('span', {}, text('pictures.traceStrength')), slider), off);
  const show = () => {
    const { trace } = page;
    const focused = strip.contains(document.activeElement);
    sheet.replaceChildren(...(trace ? [trace.canvas] : []));
    strip.hidden = trace === null;
    name.textContent = trace ? text('pictures.tracing', { name: trace.name }) : '';
    // The button that had the focus is gone with its strip.
    if (focused && !trace) document.getElementById('canvas')?.focus({ preventScroll: true });
  };
  page.on('trace', show);
  show();
}
