// What the buttons below the drawing do, and what a link does that somebody opens.

import { Manifest } from '../manifest.js';
import { isThrifty, plan } from '../network/plan.js';
import { h } from '../page/dom.js';
import { text } from '../page/text.js';
import { Fault } from './fault.js';
import { open, save } from './files.js';
import { linkTo, LONG_LINK, readLink } from './link.js';
import { put } from './sheet.js';
import { leafOf, sketchbook } from './sketchbook.js';

/** @typedef {import('../drawing/stroke.js').Stroke} Stroke */
/** @typedef {import('../croquis.js').Classifier | null} Classifier */

export class Desk {
  /** @type {import('../page/page.js').Page} */ #page;
  /** @type {import('./notice.js').Notice} */ #notice;

  /**
   * @param {import('../page/page.js').Page} page
   * @param {import('./notice.js').Notice} notice
   */
  constructor(page, notice) {
    this.#page = page;
    this.#notice = notice;
    sketchbook.addEventListener('lost', () => {
      // The sketchbook's own room says so itself.
      if (page.tab !== 'sketchbook') notice.apologise(new Fault('store-lost', 'the database went away'));
    });
  }

  /** Hands the link on by what the device has for that, else copies it, else shows it. */
  async share() {
    // The file on a stick is nobody else's; on a server a page that is one file has an address like any other.
    if (location.protocol === 'file:') {
      this.#notice.say(text('keep.localPage'));
      return;
    }
    const { classifier, coming, drawing } = this.#page;
    // A network that is about to be replaced is not worth naming.
    const info = coming && !coming.failure ? null : classifier?.info;
    const link = linkTo(location.href, drawing.strokes, info ? { name: info.model, sum: info.sha256.slice(0, 8) } : null);
    if (await handOn(link)) return;
    const warning = link.length > LONG_LINK ? ` ${text('keep.longLink', { count: link.length })}` : '';
    try {
      await navigator.clipboard.writeText(link);
      this.#notice.say(text('keep.copied') + warning);
    } catch {
      const field = h('input', { type: 'text', id: 'keep-link', readonly: true, value: link, spellcheck: 'false', 'aria-label': text('keep.link') });
      this.#notice.say(text('keep.copyByHand') + warning, field);
      field.focus();
      field.select();
    }
  }

  /** Puts a copy of the drawing into the sketchbook. */
  async keep() {
    await this.#keep(this.#page.drawing.strokes, 'keep.kept');
  }

  /**
   * Keeps a drawing that the visitor has just cleared away.
   * @param {readonly Stroke[]} strokes
   */
  async leave(strokes) {
    await this.#keep(strokes, 'keep.left');
  }

  /**
   * @param {readonly Stroke[]} strokes
   * @param {string} key of what to say when they are kept
   */
  async #keep(strokes, key) {
    const leaf = await leafOf(strokes, this.#page.classifier);
    if (!leaf) return;
    const { fresh, fault } = await sketchbook.keep([leaf]);
    if (fault) this.#notice.apologise(fault);
    else this.#notice.say(text(fresh > 0 ? key : 'keep.keptAlready'));
  }

  /**
   * @param {import('./files.js').Kind} kind
   * @param {boolean} captioned
   */
  async save(kind, captioned) {
    this.#notice.say(await save(this.#page, kind, captioned));
  }

  /** @param {File} file */
  async open(file) {
    this.#notice.say(await open(this.#page, file));
  }

  /** Opens the drawing that the page's address holds, if it holds one. */
  async follow() {
    const forget = () => history.replaceState(history.state, '', location.pathname + location.search);
    try {
      const shared = readLink(location.hash);
      if (!shared) return;
      const said = await put(this.#page, shared.strokes, text('keep.linkOpened'));
      // The address stays true for as long as nobody draws.
      this.#page.drawing.addEventListener('stroke', forget, { once: true });
      this.#notice.say(`${said} ${await this.#useNetwork(shared.network)}`.trim());
    } catch (error) {
      forget();
      throw error;
    }
  }

  /**
   * Has the network answer that answered where a link was made.
   * @param {import('./link.js').Network | null} network
   * @returns {Promise<string>} what is to be said of that
   */
  async #useNetwork(network) {
    if (!network) return '';
    const page = this.#page;
    const { name, sum } = network;
    const models = await Manifest.read(page.base, false).then((manifest) => manifest.models(), () => [name]);
    if (!models.includes(name)) return text('keep.networkMissing', { name });
    /** @param {Classifier} classifier */
    const isOther = (classifier) => classifier?.info.model === name && !classifier.info.sha256.startsWith(sum);
    if (isOther(page.classifier)) return text('keep.networkChanged', { name });
    const stop = page.on('classifier', (/** @type {Classifier} */ classifier) => {
      if (classifier?.info.model !== name) return;
      stop();
      if (isOther(classifier)) this.#notice.say(`${this.#notice.said} ${text('keep.networkChanged', { name })}`.trim());
    });
    if (name === plan(models, page.settings.model, isThrifty()).wanted) return '';
    page.set({ settings: { model: name } });
    return text('keep.networkUsed', { name });
  }
}

/**
 * @param {string} link
 * @returns {Promise<boolean>} whether the device has taken it, or the visitor changed their mind
 */
async function handOn(link) {
  if (!navigator.share || navigator.canShare?.({ url: link }) === false) return false;
  try {
    await navigator.share({ title: document.title, url: link });
    return true;
  } catch (error) {
    return /** @type {any} */ (error)?.name === 'AbortError';
  }
}
