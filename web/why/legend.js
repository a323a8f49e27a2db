// What the lines and the marks mean.

import { PEN } from '../drawing/stroke.js';
import { h, svg } from '../page/dom.js';
import { text } from '../page/text.js';
import { look } from './look.js';

/** Examples: a third of the probability, for and against, and nothing. */
const EXAMPLES = /** @type {const} */ ([['for', 0.33], ['against', -0.33], ['neither', 0]]);

/** The lines of the strokes. */
export function lines() {
  return list(
    EXAMPLES.map(([side, share]) => {
      const { width, dash } = look(share);
      const line = svg('path', { d: 'M4 8H60', class: side, 'stroke-width': PEN * width, 'stroke-dasharray': dash.join(' ') || 'none' });
      return [svg('svg', { class: 'why-sample', viewBox: '0 0 64 16', 'aria-hidden': 'true' }, line), text(`why.legend.${side}`)];
    }),
  );
}

/** The marks of the heat map. */
export function marks() {
  const sample = (/** @type {string} */ side) =>
    svg('svg', { class: 'why-mark', viewBox: '0 0 16 16', 'aria-hidden': 'true' }, svg('circle', { class: side, cx: 8, cy: 8, r: 5 }));
  return list([
    [sample('for'), text('why.heatFor')],
    [sample('against'), text('why.heatAgainst')],
  ]);
}

/** @param {Array<[Node, string]>} entries */
function list(entries) {
  return h('ul', { class: 'why-legend' }, ...entries.map(([picture, said]) => h('li', {}, picture, h('span', {}, said))));
}
