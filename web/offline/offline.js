// Works without a network: registers the service worker once the page has what it needs, and says when there is a new
// version. A page from a file, in a private window or in a browser without service workers works as it is.

import { $, h } from '../page/dom.js';
import { isPacked } from '../manifest.js';
import { text } from '../page/text.js';
import { isOutdated, need } from './build.js';
import { follow } from './shortcut.js';

/** A page that stays open looks for a new version when it comes to the front, but not more often than this, in ms. */
const INTERVAL = 60 * 60_000;

/** A new version takes over at once; if not, in so many ms the page is loaded anew all the same. */
const TAKEOVER = 3000;

/**
 * @param {import('../page/page.js').Page} page
 * @param {HTMLElement} root where the notice goes
 */
export function mount(page, root) {
  root.setAttribute('role', 'status');
  const offer = notice(root);
  follow(page);
  // What did not arrive may do so now that there is a network again, or that the page is awake again.
  const again = () => {
    const failure = /** @type {any} */ (page.failure ?? page.coming?.failure);
    if (failure?.code === 'download') page.retry();
  };
  addEventListener('online', again);
  document.addEventListener('resume', again);
  if (!isSecureContext || isPacked(page.base)) return;
  // What does not come may have been replaced on the server, with a new version of the page.
  const suspect = async (/** @type {unknown} */ error) => {
    if (error && (await isOutdated(page.base))) offer(() => location.reload());
  };
  page.on('failure', suspect);
  page.on('coming', (coming) => void suspect(coming?.failure));
  if (!navigator.serviceWorker || !navigator.locks) return;
  need(page.base);
  /** The networks; the one that answers first among them, for it will again. @type {Set<string>} */
  const used = new Set();
  let begun = false;
  const begin = () => {
    if (page.classifier) used.add(page.classifier.info.model);
    if (begun || !(hasAll(page) || page.failure)) return;
    begun = true;
    // It fails where the browser forbids storage. That is no fault.
    register(page, used, offer).catch(console.info);
  };
  page.on('classifier', begin);
  page.on('coming', begin);
  page.on('failure', begin);
  begin();
}

/**
 * @param {import('../page/page.js').Page} page
 * @returns {boolean} whether the page has its network, and waits for no better one
 */
const hasAll = (page) => page.classifier !== null && (page.coming === null || page.coming.failure !== null);

/**
 * Prepares the notice of a new version.
 * @param {HTMLElement} root
 * @returns {(reload: () => void) => void} shows it
 */
function notice(root) {
  /** Where the focus came from. @type {HTMLElement | null} */ let from = null;
  root.addEventListener('focusin', ({ relatedTarget }) => {
    if (relatedTarget instanceof HTMLElement && !root.contains(relatedTarget)) from = relatedTarget;
  });
  const close = () => {
    const held = root.contains(document.activeElement);
    root.replaceChildren();
    if (held) (from?.isConnected ? from : $('canvas')).focus({ preventScroll: true });
  };
  root.addEventListener('keydown', ({ key }) => key === 'Escape' && close());
  return (reload) => {
    root.replaceChildren(
      h(
        'div',
        { class: 'update' },
        h('p', { 'data-text': 'offline.update' }, text('offline.update')),
        h('button', { type: 'button', class: 'primary', 'data-text': 'offline.reload', onclick: reload }, text('offline.reload')),
        h('button', { type: 'button', 'data-text': 'offline.later', onclick: close }, text('offline.later')),
      ),
    );
  };
}

/**
 * @param {import('../page/page.js').Page} page
 * @param {Set<string>} used the networks that the page has used so far
 * @param {(reload: () => void) => void} offer shows that there is a new version
 */
async function register(page, used, offer) {
  const container = navigator.serviceWorker;
  const registration = await container.register(new URL('../sw.js', import.meta.url), { updateViaCache: 'none' });
  const look = () => registration.waiting && registration.active && offer(() => reload(registration));
  const watch = () => registration.installing?.addEventListener('statechange', look);
  registration.addEventListener('updatefound', watch);
  watch();
  look();

  const keepUsed = async () => {
    if (!hasAll(page) || !(await keep([...used]))) return;
    $('kept').hidden = false;
    page.kept();
  };
  page.on('classifier', keepUsed);
  page.on('coming', keepUsed);
  void keepUsed();

  let asked = -INTERVAL;
  const ask = async () => {
    if (document.visibilityState !== 'visible' || performance.now() - asked < INTERVAL) return;
    asked = performance.now();
    // Without a network there is nothing new.
    await registration.update().catch(() => leave(registration));
  };
  document.addEventListener('visibilitychange', ask);
  await ask();
}

/**
 * Keeps the site and the networks given on this device.
 * @param {string[]} models their names, as load takes them
 * @returns {Promise<boolean>} whether everything is kept: false when something did not arrive, or there is no room
 */
export async function keep(models) {
  const { active } = await navigator.serviceWorker.ready;
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = ({ data }) => {
      if (!data.done) console.info(data.message);
      resolve(data.done);
      port1.close();
    };
    active?.postMessage({ type: 'keep', networks: models.map((name) => `model/${name}.json`) }, [port2]);
  });
}

/**
 * Lets the new version take over. Other open pages of the old one keep their files.
 * @param {ServiceWorkerRegistration} registration
 */
async function reload(registration) {
  const { waiting } = registration;
  if (waiting) {
    await new Promise((resolve) => {
      navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true });
      setTimeout(resolve, TAKEOVER);
      waiting.postMessage({ type: 'skip' });
    });
  }
  location.reload();
}

/**
 * Gives the address free when the site is gone from it: what has come in its place could never be seen otherwise.
 * @param {ServiceWorkerRegistration} registration
 */
async function leave(registration) {
  const response = await fetch(new URL('sw.js', registration.scope), { method: 'HEAD', cache: 'no-store' }).catch(() => null);
  if (response?.status !== 404 && response?.status !== 410) return;
  await registration.unregister();
  const { pathname } = new URL(registration.scope);
  for (const name of await caches.keys()) if (name.startsWith(`croquis ${pathname} `)) await caches.delete(name);
}
