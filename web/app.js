// The page: ties the drawing, the classifier and what is shown to each other.

import { Surface } from './drawing/canvas.js';
import { load } from './croquis.js';
import { Drawing } from './drawing/drawing.js';
import { Newest } from './answer/live.js';
import { Preview } from './inside/preview.js';
import { Result } from './answer/result.js';
import { text } from './page/text.js';

document.documentElement.setAttribute('data-started', '');

/**
 * @template {Element} T
 * @param {string} id
 * @returns {T}
 */
const $ = (id) => /** @type {T} */ (/** @type {unknown} */ (document.getElementById(id)));

/** @type {HTMLElement} */ const panel = $('result');
/** @type {HTMLCanvasElement} */ const canvas = $('canvas');
/** @type {HTMLButtonElement} */ const undo = $('undo');
/** @type {HTMLButtonElement} */ const redo = $('redo');
/** @type {HTMLButtonElement} */ const clear = $('clear');
/** @type {HTMLButtonElement} */ const predict = $('predict');
/** @type {HTMLInputElement} */ const live = $('live');
/** @type {HTMLElement} */ const hint = $('hint');

const base = new URL('./', document.baseURI);
const drawing = new Drawing();
const preview = new Preview($('preview'));
const result = new Result();
new Surface(canvas, drawing);

/** @type {import('./croquis.js').Classifier | null} */
let classifier = null;

/** The classifier that the page uses, once there is one; anew after it has stopped. */
let ready = later();

/**
 * A promise for the next classifier, and what keeps it.
 * @returns {{promise: Promise<import('./croquis.js').Classifier>, keep: (classifier: import('./croquis.js').Classifier) => void}}
 */
function later() {
  /** @type {(classifier: import('./croquis.js').Classifier) => void} */
  let keep = () => {};
  return { promise: new Promise((resolve) => (keep = resolve)), keep: (c) => keep(c) };
}

/** @type {Newest<import('./drawing/drawing.js').Stroke[], import('./croquis.js').Answer>} */
const predictions = new Newest(
  (strokes) => /** @type {import('./croquis.js').Classifier} */ (classifier).classify(strokes.map((s) => Float64Array.from(s))),
  (answer) => {
    if (answer.blank) {
      preview.clear();
      result.blank();
    } else {
      preview.show(answer.image);
      result.answer(answer);
    }
  },
  // That the classifier stopped by itself was told to its onerror already.
  (error) => {
    if (classifier) fail(error);
  },
);

function look() {
  if (drawing.empty) {
    predictions.cancel();
    preview.clear();
    result.blank();
  } else if (classifier) {
    predictions.request(drawing.all);
  } else {
    result.waiting();
  }
}

/** One look a frame at most, however many points a pointer gives. */
let frame = 0;
drawing.addEventListener('change', () => {
  hint.toggleAttribute('data-gone', !drawing.empty);
  frame ||= requestAnimationFrame(() => {
    frame = 0;
    if (live.checked || drawing.empty) look();
    else if (classifier) result.stale();
    else result.waiting();
  });
});

function enable() {
  undo.disabled = !drawing.canUndo;
  redo.disabled = !drawing.canRedo;
  clear.disabled = drawing.empty;
  predict.disabled = drawing.empty || !classifier;
}
drawing.addEventListener('change', enable);
enable();

undo.addEventListener('click', () => drawing.undo());
redo.addEventListener('click', () => drawing.redo());
clear.addEventListener('click', () => drawing.clear());
predict.addEventListener('click', look);
live.addEventListener('change', () => live.checked && look());

addEventListener('keydown', (e) => {
  if (!(e.ctrlKey || e.metaKey) || e.altKey) return;
  const key = e.key.toLowerCase();
  if (key === 'z') e.shiftKey ? drawing.redo() : drawing.undo();
  else if (key === 'y') drawing.redo();
  else return;
  e.preventDefault();
});

/** @type {HTMLElement} */ const loading = $('loading');
/** @type {HTMLProgressElement} */ const bar = $('bar');
/** @type {HTMLElement} */ const barText = $('bar-text');
/** @type {HTMLElement} */ const failure = $('failure');
/** @type {HTMLButtonElement} */ const retry = $('retry');
/** @type {HTMLElement} */ const network = $('network');

/** @param {import('./croquis.js').Progress} progress */
function onProgress(progress) {
  bar.max = progress.total || 1;
  if (progress.total > 0) bar.value = progress.loaded;
  barText.textContent = progress.total > 0 && progress.loaded >= progress.total ? text.starting : text.progress(progress);
}

/** @param {unknown} error */
function fail(error) {
  console.error(error);
  if (classifier) ready = later();
  classifier = null;
  enable();
  const { title, hint } = text.failure(/** @type {any} */ (error)?.code);
  $('failure-title').textContent = title;
  $('failure-hint').textContent = hint;
  loading.hidden = true;
  network.hidden = true;
  failure.hidden = false;
  if (drawing.empty) result.blank();
  else result.waiting();
}

/** @param {boolean} fresh */
async function begin(fresh) {
  void result.loadPie(base, fresh);
  failure.hidden = true;
  loading.hidden = false;
  bar.removeAttribute('value');
  barText.textContent = text.loading;
  try {
    classifier = await load({ base, onProgress, fresh });
  } catch (error) {
    fail(error);
    return;
  }
  classifier.onerror = fail;
  loading.hidden = true;
  network.textContent = `${text.network(classifier.info)} · ${text.kernel(classifier.info.kernel)}`;
  network.hidden = false;
  result.labels(classifier.info.labels);
  enable();
  ready.keep(classifier);
  if (!drawing.empty) look();
}

retry.addEventListener('click', () => {
  void begin(true);
  // The button that had the focus is gone.
  panel.focus({ preventScroll: true });
});

Object.assign(window, {
  croquis: {
    load: (/** @type {object} */ options) => load({ base, ...options }),
    get ready() {
      return ready.promise;
    },
  },
});

void begin(false);
