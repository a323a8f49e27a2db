// Share, save, keep: the buttons below the drawing. What they do comes when the network is there, so that it keeps nothing
// waiting, or when it is first asked for.

import { bringUp, h, isOff, svg, turn } from '../page/dom.js';
import { text } from '../page/text.js';
import { Notice } from './notice.js';

/** @typedef {import('./desk.js').Desk} Desk */

/**
 * @param {import('../page/page.js').Page} page
 * @param {HTMLElement} root
 */
export function mount(page, root) {
  const notice = new Notice();
  /** That the browser does not keep the drawing, for as long as that is so. */
  const passing = new Notice();
  /** @type {Promise<Desk> | null} */ let coming = null;
  const desk = () => (coming ??= import('./desk.js').then(({ Desk }) => new Desk(page, notice)));

  /** @param {(desk: Desk) => Promise<unknown>} act */
  const act = async (act) => {
    try {
      await act(await desk().catch(missing));
    } catch (error) {
      if (error !== MISSING) notice.apologise(error);
    }
  };
  /** @param {(desk: Desk) => Promise<unknown>} deed after which the visitor may be told something, perhaps below the window */
  const actInSight = async (deed) => {
    const before = notice.times;
    await act(deed);
    if (notice.times > before) bringUp(notice.root);
  };
  const missing = (/** @type {unknown} */ error) => {
    console.error(error);
    coming = null;
    // Some browsers remember that a module did not arrive for as long as the page lives.
    notice.say(text('closer.missing'), h('button', { type: 'button', class: 'quiet', onclick: () => location.reload() }, text('offline.reload')));
    throw MISSING;
  };

  const share = button('share', 'M12 15V4m0 0L8 8m4-4 4 4M6 12H5v8h14v-8h-1', () => actInSight((desk) => desk.share()));
  const keep = button('keep', 'M6 4h12v16l-6-4-6 4Z', () => actInSight((desk) => desk.keep()));
  const panel = savePanel(actInSight);
  const save = button('save', 'M12 4v11m0 0-4-4m4 4 4-4M5 19h14', () => {
    open(Boolean(panel.hidden));
    if (!panel.hidden) bringUp(panel);
  });
  save.setAttribute('aria-controls', panel.id);
  const open = (/** @type {boolean} */ wide) => {
    panel.hidden = !wide;
    save.setAttribute('aria-expanded', String(wide));
  };
  open(false);
  // It may lie over the answer: whoever turns to something else has done with it.
  addEventListener('pointerdown', ({ target }) => {
    if (!panel.hidden && target instanceof Node && !root.contains(target)) open(false);
  });
  root.addEventListener('focusout', ({ relatedTarget }) => {
    if (!panel.hidden && relatedTarget instanceof Node && !root.contains(relatedTarget)) open(false);
  });
  root.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || panel.hidden) return;
    open(false);
    save.focus();
  });
  root.append(h('div', { class: 'keep-bar', role: 'group', 'aria-label': text('keep.bar') }, share, save, keep), panel, notice.root, passing.root);

  page.on('lasting', (lasting) => passing.say(lasting ? '' : text('keep.passing')));
  const enable = () => {
    for (const control of [share, keep, ...panel.querySelectorAll('button[data-kind]')]) turn(/** @type {HTMLElement} */ (control), page.drawing.empty);
  };
  page.drawing.addEventListener('change', enable);
  enable();
  // What was said is of the drawing before this change.
  page.drawing.addEventListener('change', () => notice.said && notice.forget());
  page.drawing.addEventListener('leave', (event) => act((desk) => desk.leave(/** @type {CustomEvent} */ (event).detail)));
  const follow = () => location.hash.startsWith('#drawing=') && act((desk) => desk.follow());
  addEventListener('hashchange', follow);
  follow();
  page.on('classifier', (classifier) => classifier && void desk().catch(() => (coming = null)));
}

/** Thrown after the visitor was told already. */
const MISSING = Symbol('missing');

/**
 * @param {string} name of the text
 * @param {string} path of its icon
 * @param {() => void} act
 * @returns {HTMLButtonElement}
 */
function button(name, path, act) {
  const icon = svg('svg', { viewBox: '0 0 24 24', 'aria-hidden': 'true' }, svg('path', { d: path }));
  const control = h('button', { type: 'button', id: `keep-${name}` }, icon, text(`keep.${name}`));
  control.addEventListener('click', () => !isOff(control) && act());
  return control;
}

/**
 * The kinds of files, and what opens one.
 * @param {(act: (desk: Desk) => Promise<unknown>) => void} act
 */
function savePanel(act) {
  const caption = h('input', { type: 'checkbox', id: 'keep-caption', checked: true });
  const kinds = /** @type {const} */ (['png', 'svg', 'ndjson']).map((kind) => {
    const control = h('button', { type: 'button', id: `keep-${kind}`, 'data-kind': kind }, text(`keep.${kind}`));
    control.addEventListener('click', () => !isOff(control) && act((desk) => desk.save(kind, caption.checked)));
    return control;
  });
  const file = h('input', { type: 'file', id: 'keep-file', accept: '.ndjson,.svg', 'aria-label': text('keep.file'), class: 'unseen' });
  file.addEventListener('change', () => {
    const [chosen] = file.files ?? [];
    if (chosen) act((desk) => desk.open(chosen));
    // The same file can be chosen again.
    file.value = '';
  });
  return h(
    'div',
    { class: 'keep-panel', id: 'keep-panel', role: 'group', 'aria-labelledby': 'keep-as' },
    h('p', { id: 'keep-as' }, text('keep.as')),
    ...kinds,
    h('label', { class: 'keep-check' }, caption, text('keep.withCaption')),
    h('label', { class: 'keep-file' }, file, h('span', {}, text('keep.file'))),
  );
}
