// Keys that do what buttons do. They stand on the buttons, in their titles, and in a list.

import { h, isOff } from '../page/dom.js';
import { MAC } from '../page/system.js';
import { text } from '../page/text.js';

/**
 * @typedef {object} Shortcut
 * @property {string} control id of the control that it stands for
 * @property {string} key as KeyboardEvent.key has it; letters small
 * @property {boolean} [command] with Ctrl, or the command key of a Mac
 * @property {boolean} [shift]
 */

/** Redo has two customs: the one of the visitor's system stands on the button. @type {readonly Shortcut[]} */
const REDO = [
  { control: 'redo', key: 'y', command: true },
  { control: 'redo', key: 'z', command: true, shift: true },
];

/** @type {readonly Shortcut[]} the first of a control is the one that stands on it */
const SHORTCUTS = [
  { control: 'pen', key: 'p' },
  { control: 'eraser', key: 'e' },
  { control: 'fill', key: 'f' },
  { control: 'size-0', key: '1' },
  { control: 'size-1', key: '2' },
  { control: 'size-2', key: '3' },
  { control: 'mirror', key: 'm' },
  { control: 'undo', key: 'z', command: true },
  ...(MAC ? REDO.toReversed() : REDO),
  // The key that a Mac calls Delete is another's Backspace.
  ...(MAC ? [{ control: 'clear', key: 'Backspace' }] : []),
  { control: 'clear', key: 'Delete' },
  { control: 'keys', key: '?' },
];

/** Keys alone can be switched off, for those who speak to their computer: a word would be a row of commands. */
export class Shortcuts {
  #page;
  #root;
  #speech;

  /**
   * @param {import('../page/page.js').Page} page
   * @param {HTMLElement} root that holds the controls
   * @param {import('./speech.js').Speech} speech
   */
  constructor(page, root, speech) {
    this.#page = page;
    this.#root = root;
    this.#speech = speech;
    addEventListener('keydown', (e) => this.#key(e));
    page.on('settings', () => this.#label());
    this.#label();
  }

  /** All shortcuts in use: what they do, and the keys. @returns {Array<[string, string]>} */
  get list() {
    return this.#used.map((shortcut) => [this.#control(shortcut).getAttribute('aria-label') ?? '', shown(shortcut)]);
  }

  get #used() {
    return SHORTCUTS.filter(({ command }) => command || this.#page.settings.keys);
  }

  /** @param {Shortcut} shortcut */
  #control({ control }) {
    return /** @type {HTMLElement} */ (this.#root.querySelector(`#${control}`));
  }

  /** @param {KeyboardEvent} e */
  #key(e) {
    const busy = e.target instanceof Element && e.target.closest('dialog, select, textarea, [contenteditable], input:not([type=radio], [type=checkbox])');
    if (e.defaultPrevented || busy || e.altKey) return;
    // In a room below, who deletes something hardly means the sheet, which is out of sight.
    if ((e.key === 'Delete' || e.key === 'Backspace') && e.target instanceof Element && e.target.closest('.closer')) return;
    const key = e.key.length === 1 ? e.key.toLowerCase() : e.key;
    const command = e.ctrlKey || e.metaKey;
    const hit = this.#used.find((s) => s.key === key && !!s.command === command && (!command || !!s.shift === e.shiftKey));
    if (!hit) return;
    e.preventDefault();
    const control = this.#control(hit);
    if (isOff(control)) {
      this.#speech.say(text('drawing.said.none', { name: control.getAttribute('aria-label') ?? '' }));
      return;
    }
    control.click();
    this.#say(control);
  }

  /**
   * Says what a key has chosen: the control, which would say so itself, does not have the focus.
   * @param {HTMLElement} control
   */
  #say(control) {
    const pressed = control.getAttribute('aria-pressed');
    const name = control.getAttribute('aria-label') ?? '';
    if (pressed) this.#speech.say(text(pressed === 'true' ? 'drawing.said.on' : 'drawing.said.off', { name }));
    else if (control instanceof HTMLInputElement) this.#speech.say(name);
  }

  /** Writes the keys on the controls: for those who look, for those who wait for the title, and for those who listen. */
  #label() {
    const used = this.#used;
    this.#root.toggleAttribute('data-keyless', !this.#page.settings.keys);
    for (const shortcut of SHORTCUTS.toReversed()) {
      const control = this.#control(shortcut);
      const name = control.getAttribute('aria-label') ?? '';
      const has = used.includes(shortcut);
      const place = control.closest('label') ?? control;
      place.title = has ? text('drawing.titled', { name, keys: shown(shortcut) }) : name;
      if (has) control.setAttribute('aria-keyshortcuts', heard(shortcut));
      else control.removeAttribute('aria-keyshortcuts');
      stamp(control.closest('label, .keyed') ?? control, has ? shown(shortcut) : '');
    }
  }
}

/**
 * Prints keys on a button, in place of what stood there. They are not in the button, whose name they are no part of; screen
 * readers have them from aria-keyshortcuts.
 * @param {Element} place that holds the button alone; or the button, when its face is its key already
 * @param {string} keys '' for none
 */
function stamp(place, keys) {
  place.querySelector('kbd')?.remove();
  if (!keys || place.textContent?.trim() === keys) return;
  place.append(h('kbd', { class: 'shortcut', 'aria-hidden': 'true' }, keys));
}

/**
 * A shortcut as it stands on the keys.
 * @param {Shortcut} shortcut
 */
function shown({ key, command, shift }) {
  const last = key.length === 1 ? key.toUpperCase() : MAC && key === 'Delete' ? '⌦' : text('drawing.key.delete');
  if (MAC) return `${shift ? '⇧' : ''}${command ? '⌘' : ''}${last}`;
  return [...(command ? [text('drawing.key.control')] : []), ...(shift ? [text('drawing.key.shift')] : []), last].join('+');
}

/**
 * A shortcut in the words of aria-keyshortcuts.
 * @param {Shortcut} shortcut
 */
function heard({ key, command, shift }) {
  const last = key.length === 1 ? key.toUpperCase() : key;
  return [...(command ? [MAC ? 'Meta' : 'Control'] : []), ...(shift ? ['Shift'] : []), last].join('+');
}

/**
 * The list of all keys, and the switch for those that stand alone.
 * @param {import('../page/page.js').Page} page
 * @param {Shortcuts} shortcuts
 */
export function showList(page, shortcuts) {
  const row = (/** @type {[string, string]} */ [does, keys]) => h('div', {}, h('dt', {}, does), h('dd', {}, h('kbd', {}, keys)));
  const rows = h('dl', {});
  const fill = () => rows.replaceChildren(...[...shortcuts.list, ...sheetKeys()].map(row));
  const alone = h('input', { type: 'checkbox', role: 'switch', checked: page.settings.keys });
  alone.addEventListener('change', () => {
    page.set({ settings: { keys: alone.checked } });
    fill();
  });
  const dialog = h(
    'dialog',
    { class: 'keys', 'aria-labelledby': 'keys-title' },
    h('h2', { id: 'keys-title', tabindex: -1, autofocus: true }, text('drawing.keys')), // a long list begins at its top
    rows,
    h('label', { class: 'switch' }, alone, h('span', {}, text('drawing.singleKeys'))),
    h('form', { method: 'dialog' }, h('button', {}, text('drawing.close'))),
  );
  fill();
  // A click beside the list closes it.
  dialog.addEventListener('click', (e) => e.target === dialog && dialog.close());
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

/** Keys of the sheet, while it has the focus. @returns {Array<[string, string]>} */
function sheetKeys() {
  const shift = text('drawing.key.shift');
  return [
    [text('drawing.sheet.move'), '← ↑ ↓ →'],
    [text('drawing.sheet.stride'), `${shift} ← ↑ ↓ →`],
    [text('drawing.sheet.down'), text('drawing.key.space')],
    [text('drawing.sheet.end'), text('drawing.key.enter')],
    [text('drawing.sheet.cancel'), text('drawing.key.escape')],
  ];
}
