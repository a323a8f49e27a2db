// What the network says, in all its forms: the words, the pie, the table, the wardrobe, and a sentence to listen to.

import { Preview } from '../inside/preview.js';
import { titleOf } from '../page/caption.js';
import { $, bequeath, h, tell } from '../page/dom.js';
import { rooms } from '../page/rooms.js';
import { labelOf, list, milliseconds, number, percent, text } from '../page/text.js';
import { choose, reasonsFor } from './choice.js';
import { shares } from './shares.js';
import { sentence, Spoken } from './spoken.js';
import { Table } from './table.js';
import { Tokens } from './tokens.js';
import { mount as mountTrouble } from './trouble.js';
import { Turns } from './turns.js';
import { icon, Wardrobe } from './wardrobe.js';

/** What the panel's data-state is called for each verdict; "blank", "waiting" and "stale" are the others. */
const states = { sure: 'answer', unsure: 'unsure', unlike: 'unlike' };

/**
 * @param {import('../page/page.js').Page} page
 * @param {HTMLElement} root
 */
export function mount(page, root) {
  const room = new Room(page, root);
  for (const name of /** @type {const} */ (['answer', 'stale', 'picture'])) page.on(name, () => room.show());
  page.on('chosen', () => room.draw());
  page.drawing.addEventListener('change', () => {
    // What was chosen was a class of this drawing.
    if (page.drawing.empty) page.set({ chosen: -1 });
    room.show();
  });
  page.on('classifier', (classifier) => {
    if (classifier) room.know(classifier.info);
    room.show();
  });
  if (page.classifier) room.know(page.classifier.info);
  mountTrouble(page, root);
  $('why').addEventListener('click', () => page.reveal('why'));
  $('put-away').addEventListener('click', () => page.set({ picture: null }));
  page.on('retry', () => void room.loadPie(true));
  void room.loadPie(false);
  room.show();
}

class Room {
  /** @type {import('../page/page.js').Page} */ #page;
  /** @type {HTMLElement} */ #root;
  #preview = new Preview($('preview'));
  #spoken = new Spoken($('spoken'));
  #tokens = new Tokens($('tokens'));
  /** @type {Table} */ #table;
  /** @type {Wardrobe} */ #wardrobe;
  /** @type {import('./pie.js').Pie | null} */ #pie = null;
  #turns = new Turns([() => this.#words(), () => this.#ring(), () => this.#numbers(), () => this.#garments()]);
  /** What the words say now. */
  #said = '';

  /**
   * @param {import('../page/page.js').Page} page
   * @param {HTMLElement} root
   */
  constructor(page, root) {
    this.#page = page;
    this.#root = root;
    this.#table = new Table($('table'), (index) => choose(page, index));
    this.#wardrobe = new Wardrobe($('wardrobe'), (index) => choose(page, index));
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
      const pie = new Pie($('pie'), await response.json(), (index) => choose(this.#page, index), () => this.#paint(pie));
      this.#pie = pie;
      this.#paint(pie);
    } catch (error) {
      console.error(error);
      note.hidden = false;
    }
  }

  /** @param {import('../croquis.js').Info} info of the network in use */
  know({ labels, name, parameters, kernel }) {
    this.#wardrobe.labels(labels);
    // The thesis's network has never seen a drawing.
    $('fooled').hidden = name !== 'thesis';
    const weights = number(parameters, { notation: 'compact', maximumSignificantDigits: 3 });
    $('network').textContent = text('answer.network', { name, weights, kernel: text(`answer.kernel.${kernel}`) });
  }

  /** Brings everything up to date in the next frames. */
  show() {
    this.#turns.request();
  }

  #words() {
    const { answer, classifier, picture } = this.#page;
    tell($('subject'), picture ? titleOf(picture) : '');
    $('subject').hidden = !picture;
    bequeath($('put-away'), this.#root, () => ($('put-away').hidden = !picture));
    $('network').hidden = !classifier;
    if (answer?.verdict && classifier) this.#answer(answer, answer.verdict);
    else this.#nothing();
    this.#offerReasons();
  }

  /**
   * @param {import('../croquis.js').Answer} answer
   * @param {import('../verdict.js').Verdict} said of it
   */
  #answer(answer, said) {
    const [best, second] = answer.top;
    const stale = this.#page.stale;
    this.#root.dataset.state = stale ? 'stale' : states[said];
    const names = [labelOf(best.label), labelOf(second.label)];
    const rivals = list(names, 'disjunction');
    const detail = said === 'sure' ? percent(best.probability) : text(`answer.hint.${said}`, { rivals });
    this.#say(said === 'sure' ? labelOf(best.label) : text(`answer.headline.${said}`), stale ? text('answer.hint.stale') : detail, names);
    this.#middle({ sure: [best.label], unsure: [best.label, second.label], unlike: [] }[said]);
    tell($('took'), text('answer.took', { time: milliseconds(answer.ms) }));
    this.#preview.show(answer.image);
    this.#spoken.say(stale ? '' : sentence(this.#shares(), said));
  }

  /** There is no answer: because nothing is drawn, or too little; because there is no network; or because nobody asked. */
  #nothing() {
    const { classifier, settings } = this.#page;
    const drawn = this.#page.input() !== null;
    const why = !drawn ? 'blank' : !classifier ? 'waiting' : settings.live ? 'little' : 'ready';
    this.#root.dataset.state = { blank: 'blank', waiting: 'waiting', little: 'blank', ready: 'waiting' }[why];
    this.#say(text(`answer.headline.${why}`), text(`answer.hint.${why}`));
    this.#middle([]);
    tell($('took'), '');
    this.#preview.clear();
    this.#spoken.say(drawn ? '' : text('answer.spokenBlank'));
  }

  /** @param {import('./pie.js').Pie} pie whose colours are new */
  #paint(pie) {
    this.#page.set({ colours: pie.colours });
    this.draw();
  }

  /** Brings everything but the words up to date at once. */
  draw() {
    this.#ring();
    this.#numbers();
    this.#garments();
    this.#offerReasons();
  }

  #ring() {
    const parts = this.#shares();
    const eased = !this.#turns.late;
    this.#pie?.show(parts, this.#page.chosen, eased);
    this.#tokens.show(this.#pie ? parts : [], this.#page.colours, eased);
  }

  #numbers() {
    this.#table.show(this.#shares(), this.#page.colours, this.#page.chosen);
  }

  #garments() {
    const { answer, chosen } = this.#page;
    const meant = answer && answer.verdict !== 'unlike' && !this.#page.stale ? answer : null;
    this.#wardrobe.show(meant?.probabilities ?? null, meant?.sure ? meant.top[0].index : -1, chosen);
  }

  /** The way to the reasons, for the class that is chosen. */
  #offerReasons() {
    const why = $('why');
    const reasons = reasonsFor(this.#page);
    bequeath(why, this.#root, () => (why.hidden = !reasons || !rooms.some(({ name }) => name === 'why')));
    if (reasons) tell(why, text('answer.why', { label: labelOf(reasons.label) }));
  }

  #shares() {
    const { answer } = this.#page;
    return answer ? shares(answer, labelOf, text('answer.other')) : [];
  }

  /**
   * @param {string} headline
   * @param {string} detail
   * @param {string[]} [names] which the detail may have in it, in this order
   */
  #say(headline, detail, names = []) {
    const said = `${headline}\n${detail}`;
    if (said === this.#said) return;
    this.#said = said;
    tell($('headline'), headline);
    $('detail').replaceChildren(...unbroken(detail, names));
  }

  /** @param {string[]} labels of the classes that stand in the middle of the ring */
  #middle(labels) {
    const place = $('icon');
    const shown = labels.join();
    if (place.dataset.shown === shown) return;
    place.dataset.shown = shown;
    place.replaceChildren(...labels.map(icon).filter((svg) => svg !== null));
  }
}

/**
 * A sentence whose names stay on one line: "T-shirt/top" would be broken at its hyphen.
 * @param {string} sentence
 * @param {string[]} names in the order in which they come
 * @returns {Array<Node | string>}
 */
function unbroken(sentence, names) {
  const parts = [];
  for (const name of names) {
    const at = sentence.indexOf(name);
    if (at < 0) continue;
    parts.push(sentence.slice(0, at), h('span', { class: 'whole' }, name));
    sentence = sentence.slice(at + name.length);
  }
  return [...parts, sentence];
}
