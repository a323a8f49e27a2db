// The pie of what the drawing could be. How it looks was written down by Go when the site was built (pie.json); here
// numbers are poured into it.

import { labelOf, percent, text } from '../page/text.js';
import { init } from '../vendor/echarts.js';

/** Filled to its edge: the names are in the table, and the garments ride on the slices (tokens.js). */
const ring = { radius: ['62%', '98%'], label: { show: false }, labelLine: { show: false } };

/** How much of its colour a slice keeps while another is chosen. */
const FADED = 0.35;

/** It sets off at full speed: while somebody draws, the next answer comes before it is there. */
const pace = {
  animationDuration: 220,
  animationDurationUpdate: 220,
  animationEasing: 'cubicOut',
  animationEasingUpdate: 'cubicOut',
};

export class Pie {
  /** @type {HTMLElement} */ #element;
  /** @type {any} */ #chart;
  /** The colour behind the pie, asked for once: the browser would have to bring the whole page up to date for each answer. */
  #ground = '';
  /** @type {Record<'light'|'dark', any>} */ #options;
  #dark = matchMedia('(prefers-color-scheme: dark)');
  #still = matchMedia('(prefers-reduced-motion: reduce)');

  /**
   * @param {HTMLElement} element
   * @param {Record<'light'|'dark', any>} options pie.json
   * @param {(index: number) => void} choose called with the class of a slice that is clicked
   * @param {() => void} restyled called when the colours have changed and everything should be shown again
   */
  constructor(element, options, choose, restyled) {
    this.#element = element;
    this.#options = options;
    this.#chart = init(element, null, { renderer: 'svg' });
    const classes = this.colours.length - 1;
    this.#chart.on('click', (/** @type {{dataIndex: number}} */ { dataIndex: i }) => i < classes && choose(i));
    const restyle = () => {
      this.#ground = '';
      // The words in the middle of the ring are the page's own, in its own type.
      const [series] = this.#option.series;
      const option = {
        ...this.#option,
        title: { show: false },
        aria: { ...this.#option.aria, label: { enabled: false } }, // show describes it: ECharts would name empty slices too
        animation: !this.#still.matches,
        series: [{ ...series, ...pace, data: [], padAngle: 0, showEmptyCircle: false, stillShowZeroSum: false, ...ring }],
      };
      this.#chart.setOption(option, { notMerge: true });
    };
    restyle();
    for (const query of [this.#dark, this.#still]) {
      query.addEventListener('change', () => {
        restyle();
        restyled();
      });
    }
    new ResizeObserver(() => this.#chart.resize()).observe(element);
  }

  get #option() {
    return this.#options[this.#dark.matches ? 'dark' : 'light'];
  }

  /** The colours of the classes in order, and of the others last. @returns {string[]} */
  get colours() {
    return this.#option.series[0].data.map((/** @type {any} */ slice) => slice.itemStyle.color);
  }

  /**
   * @param {import('./shares.js').Share[]} parts none for no pie
   * @param {number} index of the class that is chosen, −1 for none
   * @param {boolean} eased whether it gets there by and by
   */
  show(parts, index, eased) {
    const slices = this.#option.series[0].data;
    // Every class has its slice in its place at all times, most of them of no width: so a slice that comes or goes grows or
    // shrinks where it is, and the others make room. Their borders are cuts between them, in the colour of the ground.
    this.#ground ||= getComputedStyle(this.#element).getPropertyValue('--desk').trim();
    const last = slices.length - 1;
    const chosen = parts.some((part) => part.index >= 0 && part.index === index) ? index : -1;
    const data = slices.map((/** @type {any} */ slice, /** @type {number} */ i) => {
      const part = parts.find((part) => part.index === (i < last ? i : -1));
      const value = part ? Math.round(1000 * part.probability) / 10 : 0;
      const opacity = chosen < 0 || chosen === i ? 1 : FADED;
      const itemStyle = { ...slice.itemStyle, opacity, borderColor: this.#ground, borderWidth: value > 0.3 ? 2 : 0 };
      return { ...slice, name: i < last ? labelOf(slice.name) : text('answer.other'), value, itemStyle };
    });
    // Nothing is said about nothing, not even for the quarter of a second that a slice takes to leave.
    this.#chart.setOption({ animation: eased && parts.length > 0 && !this.#still.matches, series: [{ data }] });
    this.#element.setAttribute('aria-label', describe(parts));
  }
}

/**
 * The pie in words.
 * @param {import('./shares.js').Share[]} parts
 */
function describe(parts) {
  if (parts.length === 0) return text('answer.noPie');
  return text('answer.pie', { shares: parts.map(({ label, probability }) => `${label} ${percent(probability)}`).join(', ') });
}
