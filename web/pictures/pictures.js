// The room of the pictures: a gallery to try and to trace over, and pictures of the visitor's own. None of them leaves the
// browser.

import { SIDE } from '../drawing/stroke.js';
import { caption } from '../page/caption.js';
import { $, h } from '../page/dom.js';
import { text } from '../page/text.js';
import { decode } from './decode.js';
import { PictureError } from './fault.js';
import { Gallery } from './gallery.js';
import { canvasOf, paintInk, paintPicture, paintStrokes } from './paint.js';
import { readback } from './readback.js';
import { mount as mountTrace } from './trace.js';
import { Viewfinder } from './viewfinder.js';
import { Workbench } from './workbench.js';

/** @typedef {import('./gallery.js').Item} Item */

/** Pixels of a drawing that lies under the sheet, and how wide its lines are in units of the sheet. */
const TRACE = { pixels: 768, width: 3.4 };

/**
 * @param {import('../page/page.js').Page} page
 * @param {HTMLElement} root
 */
export function mount(page, root) {
  mountTrace(page, $('trace'), $('tracing'));
  new Room(page, root);
}

class Room {
  #page;
  /** What is looked at: one of the gallery, or the picture on the bench. @type {Item | 'own' | null} */ #chosen = null;
  /** The values of the picture on the bench; null while nothing stands out from it. @type {Float32Array | null} */ #values = null;
  /** Counts the files: a slow one must not come after a later one. */ #turn = 0;
  #filling = false;
  #filled = false;

  #gallery = new Gallery((item) => this.#try(item));
  #workbench = new Workbench((prepared) => this.#prepared(prepared));
  #camera = h('button', { type: 'button', onclick: () => void this.#shoot() }, text('pictures.camera'));
  #viewfinder = new Viewfinder(this.#camera, (picture) => this.#take(picture), (error) => this.#fail(error));
  #fault = h('p', { class: 'fault', role: 'alert', hidden: true });
  #note = h('p', { class: 'remark', hidden: true }, text('pictures.noisy'));
  #busy = h('p', { class: 'remark', role: 'status' });
  #input = h('input', { type: 'file', accept: 'image/*', class: 'unseen', tabindex: -1, 'aria-hidden': 'true', id: 'picture-file' });
  #bench = h('div', { class: 'bench', hidden: true });
  #gone = h('p', { class: 'remark', role: 'status', hidden: true }, text('pictures.galleryMissing'));
  /** Which picture it is of. */
  #about = h('p', { role: 'status' });
  /** The answer, which is far above the gallery. */
  #said = h('strong');
  #buttons = h('div', { class: 'buttons' });
  #bar = h('div', { class: 'chosen' }, h('div', {}, this.#about, this.#said), this.#buttons);

  /**
   * @param {import('../page/page.js').Page} page
   * @param {HTMLElement} root
   */
  constructor(page, root) {
    this.#page = page;
    this.#input.addEventListener('change', () => {
      const [file] = this.#input.files ?? [];
      // The same file, chosen again, is a change too.
      this.#input.value = '';
      if (file) void this.#open(file);
    });
    this.#bench.append(this.#workbench.element);
    root.append(...this.#content());
    page.on('file', () => this.#receive());
    page.on('picture', () => this.#update());
    page.on('trace', () => this.#update());
    page.on('answer', () => this.#say());
    page.on('tab', (tab) => {
      if (tab === 'pictures') void this.#fill();
      else this.#viewfinder.close();
    });
    page.on('classifier', () => void this.#fill());
    document.addEventListener('visibilitychange', () => document.hidden && this.#viewfinder.close());
    addEventListener('pagehide', () => this.#viewfinder.close());
    this.#update();
    this.#receive();
    void this.#fill();
  }

  #content() {
    return [
      h('h3', {}, text('pictures.own')),
      h(
        'div',
        { class: 'intake' },
        h('button', { type: 'button', class: 'primary', onclick: () => this.#input.click() }, text('pictures.choose')),
        this.#camera,
        this.#input,
        h('p', { class: 'remark' }, text('pictures.orDrop')),
      ),
      this.#fault,
      this.#busy,
      this.#viewfinder.element,
      this.#bench,
      this.#note,
      this.#bar,
      h('h3', {}, text('pictures.gallery')),
      h('p', { class: 'remark' }, text('pictures.galleryHint')),
      this.#gone,
      this.#gallery.element,
      h('p', { class: 'remark credit' }, text('pictures.credit')),
    ];
  }

  /** The names of the classes come with the network. */
  async #fill() {
    const labels = this.#page.classifier?.info.labels;
    if (!labels || this.#filled || this.#filling) return;
    this.#filling = true;
    try {
      await this.#gallery.load(labels);
      this.#filled = true;
      this.#gone.hidden = true;
    } catch (error) {
      console.error(error);
      this.#gone.hidden = false;
    }
    this.#filling = false;
  }

  /** Takes what was dropped or pasted. */
  #receive() {
    const { file } = this.#page;
    if (!file) return;
    this.#page.set({ file: null });
    if (file.blob) void this.#open(file.blob);
    else this.#fail(new PictureError('none'));
  }

  /** @param {Blob} file */
  async #open(file) {
    const turn = ++this.#turn;
    this.#viewfinder.close();
    this.#fault.hidden = true;
    this.#busy.textContent = text('pictures.opening');
    try {
      const picture = await decode(file);
      if (turn === this.#turn) this.#take(picture);
    } catch (error) {
      if (turn === this.#turn) this.#fail(error);
    }
    if (turn === this.#turn) this.#busy.textContent = '';
  }

  async #shoot() {
    this.#turn++;
    this.#fault.hidden = true;
    await this.#viewfinder.start();
  }

  /** @param {import('./pixels.js').Picture} picture */
  #take(picture) {
    this.#chosen = 'own';
    this.#note.hidden = readback() !== 'noisy';
    this.#bench.hidden = false;
    this.#workbench.take(picture);
  }

  /** @param {import('./prepare.js').Prepared} prepared */
  #prepared({ box, values }) {
    this.#values = box ? values : null;
    this.#chosen = 'own';
    this.#name();
  }

  /** @param {Item} item */
  #try(item) {
    this.#fault.hidden = true;
    this.#chosen = item;
    this.#name();
  }

  /** Has the network name what is chosen. */
  #name() {
    const chosen = this.#chosen;
    if (!chosen) return;
    if (chosen === 'own') {
      this.#page.set({ picture: this.#values && { values: this.#values } });
    } else if (chosen.values) {
      this.#page.set({ picture: { values: chosen.values, title: chosen.title } });
    } else {
      // As a step, which can be taken back.
      this.#page.drawing.exchange((chosen.strokes ?? []).map((points) => ({ points, size: 1, fill: false })));
      this.#page.set({ picture: null });
    }
    this.#update();
  }

  #trace() {
    const chosen = this.#chosen;
    const { cut } = this.#workbench;
    const canvas = canvasOf(1, 1, { 'aria-hidden': 'true' });
    if (chosen === 'own') {
      if (!cut) return;
      paintPicture(canvas, cut);
    } else if (chosen?.values) {
      paintInk(canvas, chosen.values);
    } else {
      canvas.width = canvas.height = TRACE.pixels;
      paintStrokes(canvas, chosen?.strokes ?? [], { side: SIDE, width: TRACE.width });
    }
    const kind = chosen === 'own' ? 'own' : chosen?.values ? 'photo' : 'drawing';
    canvas.className = kind;
    this.#page.set({ trace: { name: chosen === 'own' ? text('pictures.yours') : (chosen?.name ?? ''), canvas } });
    // What is traced is to be drawn: nothing else is in the way of it.
    if (kind === 'drawing') this.#page.drawing.clear();
    this.#page.set({ picture: null });
    $('canvas').scrollIntoView({ block: 'nearest' });
  }

  /** Shows what is being looked at, and what can be done with it. */
  #update() {
    const { picture } = this.#page;
    const chosen = this.#chosen;
    this.#gallery.mark(chosen === 'own' ? null : chosen);
    const name = chosen === 'own' ? text('pictures.yours') : (chosen?.name ?? '');
    const values = chosen === 'own' ? this.#values : chosen?.values;
    const named = picture !== null && picture.values === values;
    const again = values && !named;
    this.#bar.hidden = !chosen;
    const about = text(named ? 'pictures.named' : 'pictures.shown', { name });
    if (this.#about.textContent !== about) this.#about.textContent = about;
    const focused = this.#bar.contains(document.activeElement) && document.activeElement?.getAttribute('data-act');
    const buttons = [
      again && h('button', { type: 'button', 'data-act': 'name', onclick: () => this.#name() }, text('pictures.nameAgain')),
      named && h('button', { type: 'button', 'data-act': 'name', onclick: () => this.#page.set({ picture: null }) }, text('pictures.putAway')),
      h('button', { type: 'button', 'data-act': 'trace', onclick: () => this.#trace() }, text('pictures.trace')),
    ];
    this.#buttons.replaceChildren(...buttons.filter((button) => button instanceof Node));
    this.#say();
    if (focused) /** @type {HTMLElement | null} */ (this.#bar.querySelector(`[data-act=${focused}]`))?.focus({ preventScroll: true });
  }

  /** Says what the picture is named, beside it. */
  #say() {
    const { answer, picture } = this.#page;
    this.#said.textContent = picture ? caption(answer) : '';
  }

  /** @param {unknown} error */
  #fail(error) {
    if (!(error instanceof PictureError)) console.error(error);
    const code = error instanceof PictureError ? error.code : 'broken';
    this.#fault.textContent = text(`pictures.fault.${code}`);
    this.#fault.hidden = false;
  }
}
