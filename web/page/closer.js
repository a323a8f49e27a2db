// "Look closer": a tab for each room, which is fetched and mounted when its tab is first opened.

import { bringUp, h, raise } from './dom.js';
import { rooms } from './rooms.js';
import { text } from './text.js';

/**
 * @param {import('./page.js').Page} page
 * @param {HTMLElement} root with a tab list and a place for the panels
 */
export function mount(page, root) {
  if (rooms.length === 0) return;
  const all = rooms.map((room) => new Tab(page, room));
  const bar = /** @type {HTMLElement} */ (root.querySelector('[role=tablist]'));
  bar.append(...all.map(({ button }) => button));
  root.append(...all.map(({ panel }) => panel));
  root.hidden = false;

  const show = () => {
    for (const tab of all) tab.show(page.tab);
    // Tab reaches one of them; the arrows the others.
    for (const [i, { button, name }] of all.entries()) button.tabIndex = page.tab === name || (!page.tab && i === 0) ? 0 : -1;
  };
  page.on('tab', (name) => {
    show();
    const tab = all.find((tab) => tab.name === name);
    if (tab) scrollAlong(bar, tab.button);
  });
  show();
  page.on('reveal', (name) => void all.find((tab) => tab.name === name)?.reveal());
  bar.addEventListener('keydown', (event) => {
    const at = all.findIndex(({ button }) => button === event.target);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    const { button, name } = /** @type {Tab} */ (all.at(to % all.length));
    page.set({ tab: name });
    button.focus();
  });
  openFirst(page, root);
}

/**
 * Opens the first tab when it comes in sight, unless another is open; not before the network is there, as nothing may
 * keep the first prediction waiting.
 * @param {import('./page.js').Page} page
 * @param {HTMLElement} root
 */
function openFirst(page, root) {
  let seen = false;
  const open = () => {
    if (seen && page.classifier && !page.tab) page.set({ tab: rooms[0].name });
  };
  new IntersectionObserver((entries, observer) => {
    seen ||= entries.some((entry) => entry.isIntersecting);
    if (seen) observer.disconnect();
    open();
  }).observe(root);
  page.on('classifier', open);
}

/**
 * Brings a tab in sight where the row is wider than the screen, without scrolling the page.
 * @param {HTMLElement} bar
 * @param {HTMLElement} tab
 */
function scrollAlong(bar, tab) {
  const [row, box] = [bar.getBoundingClientRect(), tab.getBoundingClientRect()];
  bar.scrollLeft += Math.max(0, box.right - row.right) + Math.min(0, box.left - row.left);
}

/** A tab and its panel. */
class Tab {
  /** @type {import('./page.js').Page} */ #page;
  /** @type {import('./rooms.js').Room} */ #room;
  /** @type {'none' | 'coming' | 'there'} */ #state = 'none';
  #failures = 0;
  /** @type {Promise<void> | null} */ #mounted = null;

  /**
   * @param {import('./page.js').Page} page
   * @param {import('./rooms.js').Room} room
   */
  constructor(page, room) {
    this.#page = page;
    this.#room = room;
    this.name = room.name;
    this.button = h(
      'button',
      { type: 'button', role: 'tab', id: `tab-${room.name}`, 'aria-controls': `panel-${room.name}`, onclick: () => void this.#open() },
      text(`closer.${room.name}`),
    );
    this.panel = h('div', {
      role: 'tabpanel', id: `panel-${room.name}`, class: 'panel', 'aria-labelledby': `tab-${room.name}`, tabindex: 0, 'data-room': room.name, hidden: true,
    });
  }

  /** @param {string} name of the tab that is open */
  show(name) {
    const open = name === this.name;
    this.button.setAttribute('aria-selected', String(open));
    this.panel.hidden = !open;
    if (open && this.#state === 'none') this.#mounted = this.#mount();
  }

  /** Opens the room, and has some of it in sight. */
  async #open() {
    this.#page.set({ tab: this.name });
    const where = scrollY;
    await this.#mounted;
    if (this.#page.tab === this.name && scrollY === where) raise(this.#bar);
  }

  get #bar() {
    return /** @type {HTMLElement} */ (this.button.closest('[role=tablist]'));
  }

  /** Brings the open tab in sight. */
  async reveal() {
    this.button.focus({ preventScroll: true });
    const where = scrollY;
    await this.#mounted; // before, the page may not be long enough
    if (this.#page.tab === this.name && scrollY === where) bringUp(this.#bar, 'start');
  }

  async #mount() {
    this.#state = 'coming';
    this.panel.setAttribute('aria-busy', 'true');
    try {
      const { mount } = await this.#room.load();
      this.panel.replaceChildren();
      await mount(this.#page, this.panel);
      this.#state = 'there';
    } catch (error) {
      console.error(error);
      this.#state = 'none';
      this.#failures++;
      this.#apologise();
    }
    this.panel.removeAttribute('aria-busy');
  }

  #apologise() {
    const retry = () => {
      // Some browsers remember that a module did not arrive for as long as the page lives.
      if (this.#failures > 1) location.reload();
      else this.#mounted = this.#mount();
      this.panel.focus({ preventScroll: true });
    };
    this.panel.replaceChildren(
      h(
        'div',
        { class: 'missing', role: 'alert' },
        h('p', {}, text('closer.missing')),
        h('button', { type: 'button', class: 'primary', onclick: retry }, text('closer.retry')),
      ),
    );
  }
}
