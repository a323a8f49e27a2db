// For the curious: what computes the answers, whether it can be trusted, how fast it is, and what it takes.

import { bringUp, h, isOff, turn } from '../page/dom.js';
import { list, megabytes, milliseconds, text } from '../page/text.js';
import { fact } from './card.js';
import { traffic } from './traffic.js';

/** Samples of a measurement. */
const RUNS = 100;

export class Engine {
  /** @type {import('../page/page.js').Page} */ #page;
  /** @type {import('../manifest.js').Manifest} */ #manifest;
  #facts = h('dl', { class: 'network-facts engine' });
  #kernels = h('select', { id: 'kernels' });
  #measure = h('button', { type: 'button', onclick: () => void this.#bench() }, text('network.measure'));
  #results = h('ol', { class: 'measured', 'aria-label': text('network.measured'), 'aria-live': 'polite', hidden: true });

  /**
   * @param {import('../page/page.js').Page} page
   * @param {import('../manifest.js').Manifest} manifest
   */
  constructor(page, manifest) {
    this.#page = page;
    this.#manifest = manifest;
    this.element = h(
      'div',
      { class: 'engine-room' },
      this.#facts,
      h(
        'div',
        { class: 'engine-bench' },
        h('p', {}, h('label', { for: 'kernels' }, text('network.try')), this.#kernels),
        h('p', {}, this.#measure),
        h('p', { class: 'dim' }, text('network.measureHint')),
        this.#results,
      ),
    );
    this.#kernels.addEventListener('change', () => page.set({ kernel: this.#kernels.value }));
    page.on('classifier', () => void this.#show());
    page.on('tab', (tab) => tab === 'network' && void this.#show());
    void this.#show();
  }

  async #show() {
    const { classifier } = this.#page;
    turn(this.#measure, !classifier);
    if (!classifier) return;
    const { kernel, kernels, selfCheck, loadMs } = classifier.info;
    const memory = await classifier.memory().catch(() => null);
    if (!memory) return; // another one is there by now, or none
    const checked = [text('network.checked', { count: selfCheck.vectors }), ...selfCheck.rejected.map((why) => text('network.rejected', { why }))];
    this.#facts.replaceChildren(
      ...fact('network.kernel', text(`answer.kernel.${kernel}`)),
      ...fact('network.check', list(checked, 'conjunction')),
      ...fact('network.loadTime', milliseconds(loadMs)),
      ...fact('network.loaded', this.#loaded()),
      ...fact('network.memory', text('network.megabytes', { size: megabytes(memory.bytes) })),
    );
    const options = ['', ...kernels].map((name) =>
      h('option', { value: name, selected: name === this.#page.kernel }, name ? text(`answer.kernel.${name}`) : text('network.fastest')),
    );
    this.#kernels.replaceChildren(...options);
  }

  /** What has come so far. Of a page from a disk the browser's timeline need not know anything. */
  #loaded() {
    if (this.#manifest.packed) {
      const all = Object.values(this.#manifest.files).reduce((sum, { bytes }) => sum + bytes, 0);
      return text('network.unpacked', { all: megabytes(all) });
    }
    const { bytes, transferred } = traffic();
    return text('network.transferred', { all: megabytes(bytes), some: megabytes(transferred) });
  }

  async #bench() {
    const { classifier } = this.#page;
    if (!classifier || isOff(this.#measure)) return;
    turn(this.#measure, true);
    this.#measure.textContent = text('network.measuring');
    const where = scrollY;
    try {
      const { median, p95 } = await classifier.bench(RUNS);
      const { model, kernel } = classifier.info;
      const figures = { name: model, kernel: text(`answer.kernel.${kernel}`), median: milliseconds(median), p95: milliseconds(p95) };
      this.#results.hidden = false;
      this.#results.prepend(h('li', {}, text('network.result', figures)));
      if (scrollY === where) bringUp(this.#results);
    } catch (error) {
      console.info(error); // it was closed meanwhile
    }
    this.#measure.textContent = text('network.measure');
    turn(this.#measure, !this.#page.classifier);
    void this.#show();
  }
}
