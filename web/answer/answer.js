// What the network says, in all its forms: the words, the pie, the table, the wardrobe, and a sentence to listen to.

import { Preview } from '../inside/preview.js';
import { $ } from '../page/dom.js';
import { labelOf, list, milliseconds, number, percent, text } from '../page/text.js';
import { shares } from './shares.js';
import { sentence, Spoken } from './spoken.js';
import { Table } from './table.js';
import { mount as mountTrouble } from './trouble.js';
import { verdict } from './verdict.js';
import { icon, Wardrobe } from './wardrobe.js';

/**
 * @param {import('../page/page.js').Page} page
 * @param {HTMLElement} root
 */
export function mount(page, root) {
  const room = new Room(page, root);
  for (const name of /** @type {const} */ (['answer', 'stale', 'classifier', 'picture'])) page.on(name, () => room.show());
  page.drawing.addEventListener('change', () => room.show());
  page.on('classifier', (classifier) => classifier && room.know(classifier.info));
  if (page.classifier) room.know(page.classifier.info);
  mountTrouble(page, root);
  page.on('retry', () => void room.loadPie(true));
  void room.loadPie(false);
  room.show();
}

class Room {
  /** @type {import('../page/page.js').Page} */ #page;
  /** @type {HTMLElement} */ #root;
  #preview = new Preview($('preview'));
  #table = new Table($('table'));
  #wardrobe = new Wardrobe($('wardrobe'));
  #spoken = new Spoken($('spoken'));
  /** @type {import('./pie.js').Pie | null} */ #pie = null;

  /**
   * @param {import('../page/page.js').Page} page
   * @param {HTMLElement} root
   */
  constructor(page, root) {
    this.#page = page;
    this.#root = root;
  }

  /**
   * Loads the pie. The page works without it, as the table says the same: it must not keep the network waiting.
   * @param {boolean} fresh go around every cache
   */
  async loadPie(fresh) {
    if (this.#pie) return;
    const note = $('chart-note');
    note.hidden = true;
    try {
      const [{ Pie }, response] = await Promise.all([
        import('./pie.js'),
        fetch(new URL('../pie.json', import.meta.url), { cache: fresh ? 'reload' : 'default' }),
      ]);
      if (!response.ok) throw new Error(`${response.url}: the server answers ${response.status}`);
      this.#pie = new Pie($('pie'), await response.json(), () => this.#draw());
      this.#draw();
    } catch (error) {
      console.error(error);
      note.hidden = false;
    }
  }

  /** @param {import('../croquis.js').Info} info of the network in use */
  know({ labels, name, parameters, kernel }) {
    this.#wardrobe.labels(labels);
    const weights = number(parameters, { notation: 'compact', maximumSignificantDigits: 3 });
    $('network').textContent = text('answer.network', { name, weights, kernel: text(`answer.kernel.${kernel}`) });
  }

  /** Brings everything up to date with the page's state. */
  show() {
    const { answer, classifier } = this.#page;
    $('network').hidden = !classifier;
    if (answer && classifier) this.#answer(answer);
    else this.#nothing();
    this.#draw();
  }

  /** @param {import('../croquis.js').Answer} answer */
  #answer(answer) {
    const [best, second] = answer.top;
    const said = this.#verdict(answer);
    const stale = this.#page.stale;
    this.#root.dataset.state = stale ? 'stale' : { sure: 'answer', unsure: 'unsure', unlike: 'unlike' }[said];
    this.#icon(said === 'sure' ? best.label : null);
    $('headline').textContent = said === 'sure' ? labelOf(best.label) : text(`answer.${said}`);
    const rivals = list([labelOf(best.label), labelOf(second.label)], 'disjunction');
    if (stale) $('detail').textContent = text('answer.staleHint');
    else $('detail').textContent = said === 'sure' ? percent(best.probability) : text(`answer.${said}Hint`, { rivals });
    $('took').textContent = milliseconds(answer.ms);
    this.#preview.show(answer.image);
    this.#spoken.say(stale ? '' : sentence(this.#shares(), said));
  }

  /** There is no answer: because nothing is drawn, or too little; because there is no network; or because nobody asked. */
  #nothing() {
    const { classifier, settings } = this.#page;
    const drawn = this.#page.input() !== null;
    const why = !drawn ? 'blank' : !classifier ? 'waiting' : settings.live ? 'little' : 'ready';
    this.#root.dataset.state = { blank: 'blank', waiting: 'waiting', little: 'blank', ready: 'waiting' }[why];
    this.#icon(null);
    $('headline').textContent = text(`answer.${why}`);
    $('detail').textContent = text(`answer.${why}Hint`);
    $('took').textContent = '';
    this.#preview.clear();
    this.#spoken.say(drawn ? '' : text('answer.spokenBlank'));
  }

  /** Brings pie, table and wardrobe up to date. */
  #draw() {
    const { answer } = this.#page;
    const parts = this.#shares();
    this.#pie?.show(parts);
    this.#table.show(parts, this.#pie?.colours ?? []);
    this.#wardrobe.show(answer?.probabilities ?? null, answer && this.#verdict(answer) === 'sure' ? answer.top[0].index : -1);
  }

  #shares() {
    const { answer } = this.#page;
    return answer ? shares(answer, labelOf, text('answer.other')) : [];
  }

  /** @param {import('../croquis.js').Answer} answer */
  #verdict(answer) {
    const calibration = this.#page.classifier?.info.calibration;
    const { threshold } = calibration?.[this.#page.picture ? 'photos' : 'drawings'] ?? { threshold: 0 };
    return verdict(answer, threshold);
  }

  /** @param {string | null} label */
  #icon(label) {
    const drawing = label && icon(label);
    $('icon').replaceChildren(...(drawing ? [drawing] : []));
  }
}
