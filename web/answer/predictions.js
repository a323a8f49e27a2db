// Asks the network what there is: with every change of the drawing, or when somebody wants to know.

import { Newest } from './live.js';

/**
 * Keeps page.answer up to date.
 * @param {import('../page/page.js').Page} page
 */
export function predict(page) {
  // Counts what there was to classify, to know whether an answer is one to what is there now.
  let version = 0;
  /** Whether somebody waits for an answer. */
  let asked = false;
  /** @type {Newest<{input: import('../croquis.js').Strokes | Float32Array, of: number}, {answer: import('../croquis.js').Answer, of: number}>} */
  const newest = new Newest(
    async ({ input, of }) => ({ answer: await /** @type {import('../croquis.js').Classifier} */ (page.classifier).classify(input), of }),
    ({ answer, of }) => {
      asked = false;
      page.set({ answer: answer.blank ? null : answer, stale: !page.settings.live && of !== version });
    },
    // That the classifier stopped by itself was told to its onerror already.
    (error) => page.classifier && page.set({ classifier: null, failure: error }),
  );

  const look = () => {
    const input = page.input();
    asked = input !== null;
    if (input && page.classifier) {
      newest.request({ input, of: version });
      return;
    }
    newest.cancel();
    page.set({ answer: null, stale: false });
  };

  // One look a frame at most, however many points a pointer gives.
  let frame = 0;
  page.drawing.addEventListener('change', () => {
    version++;
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      if (page.settings.live || !page.input()) look();
      else page.set({ stale: page.answer !== null });
    });
  });
  const change = () => {
    version++;
    look();
  };
  page.on('picture', change);
  page.on('moment', change);
  // A new network's answer takes the place of the former's. With live off there may be none yet, or none to what is drawn now.
  page.on('classifier', () => (page.settings.live || asked || (page.answer && !page.stale) || !page.input()) && look());
  page.on('settings', ({ live }) => live && look());
  page.on('request', look);
}
