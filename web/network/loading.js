// Gets the network, and gets it anew when somebody wants to try again.

import { load } from '../croquis.js';

/**
 * Keeps page.classifier, page.progress and page.failure up to date.
 * @param {import('../page/page.js').Page} page
 */
export function connect(page) {
  const begin = async (/** @type {boolean} */ fresh) => {
    page.set({ failure: null, progress: { stage: 'program', loaded: 0, total: 0 } });
    try {
      const classifier = await load({ base: page.base, onProgress: (progress) => page.set({ progress }), fresh });
      classifier.onerror = (error) => page.set({ classifier: null, failure: error });
      page.set({ classifier, progress: null });
    } catch (error) {
      page.set({ failure: error, progress: null });
    }
  };
  page.on('failure', (error) => error && console.error(error));
  page.on('retry', () => void begin(true));
  void begin(false);
}
