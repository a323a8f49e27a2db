// Why there is no answer: the network is on its way, or it does not come.

import { $ } from '../page/dom.js';
import { hasText, megabytes, text } from '../page/text.js';

/**
 * @param {import('../page/page.js').Page} page
 * @param {HTMLElement} panel gets the focus when the Retry button is gone
 */
export function mount(page, panel) {
  const failure = $('failure');
  const loading = $('loading');
  /** @type {HTMLProgressElement} */ const bar = $('bar');
  page.on('failure', showFailure);
  page.on('progress', showProgress);
  showFailure(page.failure);
  showProgress(page.progress);
  $('retry').addEventListener('click', () => {
    page.retry();
    panel.focus({ preventScroll: true });
  });

  /** @param {unknown} error */
  function showFailure(error) {
    failure.hidden = error === null;
    if (error === null) return;
    const code = /** @type {any} */ (error)?.code;
    const kind = hasText(`failure.${code}.title`) ? code : 'other';
    $('failure-title').textContent = text(`failure.${kind}.title`);
    $('failure-hint').textContent = text(`failure.${kind}.hint`);
  }

  /** @param {import('../croquis.js').Progress | null} progress */
  function showProgress(progress) {
    loading.hidden = progress === null;
    if (progress === null) return;
    const { loaded, total } = progress;
    bar.max = total || 1;
    if (total > 0) bar.value = loaded;
    else bar.removeAttribute('value');
    $('bar-text').textContent = words(loaded, total);
  }
}

/**
 * @param {number} loaded
 * @param {number} total 0 when unknown
 */
function words(loaded, total) {
  if (total > 0 && loaded >= total) return text('answer.starting');
  if (total > 0) return text('answer.progress', { loaded: megabytes(loaded), total: megabytes(total) });
  return loaded > 0 ? text('answer.bytes', { loaded: megabytes(loaded) }) : text('answer.loading');
}
