// The page: makes its state, mounts its rooms, and gets the network.

import { mount as mountAnswer } from './answer/answer.js';
import { predict } from './answer/predictions.js';
import { load } from './croquis.js';
import { mount as mountEasel } from './drawing/easel.js';
import { mount as mountKeep } from './keep/bar.js';
import { connect, settled } from './network/loading.js';
import { mount as mountOffer } from './network/offer.js';
import { manifestOfPage } from './offline/build.js';
import { mount as mountOffline } from './offline/offline.js';
import { mount as mountChooser } from './page/chooser.js';
import { mount as mountCloser } from './page/closer.js';
import { $ } from './page/dom.js';
import { Page } from './page/page.js';
import { languages, preferred, speak, text } from './page/text.js';
import { mount as mountIntake } from './pictures/intake.js';
import { keepPicture } from './pictures/keep.js';
import { Stalled } from './stall.js';

// half.js tells the visitor.
if (!document.getElementById('end')) throw new Error('the page was cut off on its way: it has no end');
document.documentElement.setAttribute('data-started', '');

const page = new Page(manifestOfPage());
predict(page);
connect(page);
mountIntake(page);

/** @type {Record<string, (page: Page, root: HTMLElement) => void>} */
const rooms = { language: mountChooser, drawing: mountEasel, keep: mountKeep, answer: mountAnswer, closer: mountCloser, offer: mountOffer, offline: mountOffline };

/** The network comes while the words do. */
async function open() {
  const tag = preferred(page.settings.language);
  try {
    await speak(tag);
  } catch (error) {
    if (tag === 'en' && error instanceof Stalled) throw error; // it was waited for twice
    console.error(error);
    await speak('en');
    $('lack-words').textContent = text('failure.words', { language: languages[tag] });
    $('lack-words').hidden = $('lack').hidden = false;
  }
  for (const root of document.querySelectorAll('[data-room]')) {
    const mount = rooms[root.getAttribute('data-room') ?? ''];
    mount?.(page, /** @type {HTMLElement} */ (root));
  }
  keepPicture(page);
}

open().catch((error) => {
  console.error(error);
  // The sentence for a page that did not load stands there.
  $('failure').hidden = false;
  $('loading').hidden = true;
  $('retry').onclick = () => location.reload();
});

/** For the console and for tests; ready is the classifier in use when no better one is about to take over. */
Object.assign(window, {
  croquis: {
    load: (/** @type {object} */ options) => load({ base: page.base, ...options }),
    get ready() {
      return settled(page);
    },
    page,
  },
});
