// The service worker: keeps the site on the visitor's device, so that after one visit everything works without a network.
//
// It stands for one build of the site and has a cache for it. Files whose names have the hash of their content in them
// are the same in any build, so a page of an older build gets its own files for as long as it is open; a cache goes when
// no open page needs it. Nothing is given out of a cache that is not, byte for byte, what its build had.

/** @typedef {{file: string, sha256: string}} Pinned A file and its checksum, in hex; a beginning of that is enough. */
/** @typedef {{waitUntil: (promise: Promise<unknown>) => void}} Lasting An event that keeps the worker awake. */
/** @typedef {{name: string, cache: Cache}} Shelf A cache that has been opened. */
/** @typedef {Lasting & {request: Request, respondWith: (response: Promise<Response>) => void}} Asking */

/** What this worker stands for. The site's builder writes it. */
const BUILD = /** @type {{manifest: Pinned, page: Pinned}} */ ({});

const worker = /** @type {any} */ (self);
/** @type {string} */ const scope = worker.registration.scope;
const family = `croquis ${new URL(scope).pathname} `;
/** The cache of this build. A page holds a lock of the same name for as long as it needs it, see offline/build.js. */
const own = family + BUILD.manifest.file;

/** Entries of caches that have been compared with their checksums since this worker woke up. */
const sound = new Set();

worker.addEventListener('install', (/** @type {Lasting} */ event) => event.waitUntil(install()));
worker.addEventListener('activate', (/** @type {Lasting} */ event) => event.waitUntil(worker.clients.claim().then(sweep)));
worker.addEventListener('fetch', (/** @type {Asking} */ event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || !url.href.startsWith(scope)) return;
  const file = decodeURIComponent(url.pathname.slice(new URL(scope).pathname.length));
  if (request.mode === 'navigate' && (file === '' || file === BUILD.page.file)) event.respondWith(page(request));
  else if (file !== '' && file !== 'sw.js') event.respondWith(answer(file, request, url.searchParams.has('fresh')));
});
worker.addEventListener('message', (/** @type {Lasting & MessageEvent} */ event) => {
  const { type, networks = [] } = event.data;
  if (type === 'skip') worker.skipWaiting();
  if (type === 'keep') event.waitUntil(reply(event.ports[0], tend(networks)));
});

/** Keeps the whole site, and of the networks those that an older build had kept. */
async function install() {
  const all = await shelves();
  await ensure(BUILD.manifest, all);
  await ensure(BUILD.page, all);
  await keep([...(await networksKept())]);
}

/**
 * Keeps everything but networks, and the networks given.
 * @param {string[]} networks such as "model/thesis.json"; a name that the site does not have is passed over
 */
async function keep(networks) {
  const files = [...(await listed())].filter(([name]) => !isNetwork(name) || networks.includes(name)).values();
  const all = await shelves();
  const some = async () => {
    for (const [, file] of files) await ensure(file, all);
  };
  // A few at a time, for the page may want something too.
  await Promise.all([some(), some(), some(), some()]);
}

/**
 * Tells who asked for it how something has ended.
 * @param {MessagePort} port
 * @param {Promise<unknown>} work
 */
async function reply(port, work) {
  try {
    await work;
    port.postMessage({ done: true });
  } catch (error) {
    port.postMessage({ done: false, message: String(error) });
  }
}

/**
 * A page has opened or wants another network: mends what is missing or damaged, and clears away what nobody needs.
 * @param {string[]} networks that are to be kept with those that are
 */
async function tend(networks) {
  try {
    await keep([...networks, ...(await networksKept())]);
  } finally {
    await sweep();
  }
}

/** @param {string} name */
const isNetwork = (name) => /^model\/[^/.]+(\.[0-9a-f]{16})?\.json$/.test(name);

/** @type {Promise<Map<string, Pinned>> | null} */
let list = null;

/**
 * What the build consists of, by the names that the files had before they got a hash.
 * @returns {Promise<Map<string, Pinned>>}
 */
function listed() {
  list ??= obtain(BUILD.manifest)
    .then((response) => response.json())
    .then(({ files }) => new Map(Object.entries(files)));
  // What could not be had now may be later.
  list.catch(() => (list = null));
  return list;
}

/** @returns {Promise<string[]>} the names of the caches of this site */
const siblings = async () => (await caches.keys()).filter((name) => name.startsWith(family));

/** @returns {Promise<Shelf[]>} the caches of this site, that of this build first, which is made if there is none */
const shelves = async () => opened([own, ...(await siblings()).filter((name) => name !== own)]);

/**
 * @param {string[]} names of caches
 * @returns {Promise<Shelf[]>}
 */
const opened = (names) => Promise.all(names.map(async (name) => ({ name, cache: await caches.open(name) })));

/** @returns {Promise<Set<string>>} the networks that this build or an older one has kept, such as "model/thesis.json" */
async function networksKept() {
  const names = new Set();
  for (const name of await siblings()) {
    for (const { url } of await (await caches.open(name)).keys()) {
      const plain = url.slice(scope.length).replace(/\.[0-9a-f]{16}(?=\.)/, '');
      if (isNetwork(plain)) names.add(plain);
    }
  }
  return names;
}

/**
 * Has the cache of this build hold a whole file.
 * @param {Pinned} pinned
 * @param {Shelf[]} all the caches, that of this build first
 */
async function ensure(pinned, [mine, ...others]) {
  if (await stored(pinned, [mine])) return;
  await mine.cache.put(pinned.file, (await stored(pinned, others)) ?? (await fetched(pinned)));
}

/**
 * A whole file, which the cache of this build has from now on.
 * @param {Pinned} pinned
 * @returns {Promise<Response>}
 */
async function obtain(pinned) {
  const [mine, ...others] = await shelves();
  const here = await stored(pinned, [mine]);
  if (here) return here;
  const response = (await stored(pinned, others)) ?? (await fetched(pinned));
  await mine.cache.put(pinned.file, response.clone());
  return response;
}

/**
 * A whole file out of a cache. An entry of this build that is damaged is removed; one of another build may be another
 * version.
 * @param {Pinned} pinned
 * @param {Shelf[]} some to look into
 * @returns {Promise<Response | null>}
 */
async function stored({ file, sha256 }, some) {
  for (const { name, cache } of some) {
    const response = await cache.match(file);
    if (!response) continue;
    const id = `${name} ${file}`;
    if (sound.has(id)) return response;
    const body = await response.arrayBuffer();
    if (await hasSum(body, sha256)) {
      sound.add(id);
      return new Response(body, response);
    }
    if (name === own) await cache.delete(file);
  }
  return null;
}

/**
 * A whole file from the server. If what comes first is something else, then the browser's own cache or one on the way has
 * kept something damaged or old, and is gone around.
 * @param {Pinned} pinned
 * @param {boolean} [fresh] go around the caches at once
 * @returns {Promise<Response>}
 */
async function fetched({ file, sha256 }, fresh = false) {
  const address = file === BUILD.page.file ? './' : file;
  for (const cache of /** @type {RequestCache[]} */ (fresh ? ['reload'] : [isHashed(file) ? 'default' : 'no-cache', 'reload'])) {
    const response = await fetch(address, { cache });
    if (!response.ok) throw new Error(`${file}: the server answers ${response.status}`);
    const body = await response.arrayBuffer();
    if (!(await hasSum(body, sha256))) continue;
    const headers = new Headers(response.headers);
    // They are about the way here.
    for (const name of ['content-encoding', 'content-length', 'vary']) headers.delete(name);
    return new Response(body, { headers });
  }
  throw new Error(`${file} is not what this build has: its checksum is not ${sha256}`);
}

/** @param {string} file */
const isHashed = (file) => /\.[0-9a-f]{16}\.[^/]+$/.test(file);

/**
 * @param {ArrayBuffer} body
 * @param {string} sha256 the first hex digits of the checksum, or all
 */
async function hasSum(body, sha256) {
  const sum = new Uint8Array(await crypto.subtle.digest('SHA-256', body));
  return Array.from(sum, (byte) => byte.toString(16).padStart(2, '0')).join('').startsWith(sha256);
}

/**
 * The page: of this build, so that it finds all of its files here. A server that has another one by now gives that.
 * @param {Request} request
 */
async function page(request) {
  try {
    return await obtain(BUILD.page);
  } catch {
    return fetch(request);
  }
}

/**
 * Any other file: of this build or, if its name has a hash, of any.
 * @param {string} file
 * @param {Request} request
 * @param {boolean} fresh the page wants it from the server, for what it had was of no use
 * @returns {Promise<Response>}
 */
async function answer(file, request, fresh) {
  const pinned = await known(file).catch(() => null);
  if (!pinned) return file === 'manifest.json' ? fetch(request).catch(() => obtain(BUILD.manifest)) : fetch(request);
  const ours = await listed().then((files) => [...files.values()].some((entry) => entry.file === file), () => false);
  if (fresh) {
    const again = await fetched(pinned, true).catch(() => null);
    if (again && ours) await caches.open(own).then((cache) => cache.put(file, again.clone())).catch(() => {});
    if (again) return again;
  }
  const here = await stored(pinned, await opened(await siblings()));
  if (here) return here;
  // A network is kept when it has proved of use; until then its bytes are counted as they come.
  if (isNetwork(file) || !ours) return fetch(request);
  return obtain(pinned).catch(() => fetched(pinned)).catch(() => Response.error());
}

/**
 * What a file's content has to be.
 * @param {string} file
 * @returns {Promise<Pinned | null>} null for what is not of the site
 */
async function known(file) {
  const [, hash] = /\.([0-9a-f]{16})\.[^/.]+$/.exec(file) ?? [];
  if (hash) return { file, sha256: hash };
  return [...(await listed()).values()].find((entry) => entry.file === file) ?? null;
}

/** Deletes the caches that no open page needs. */
async function sweep() {
  // A build that is on its way has a cache already, and no page.
  if (worker.registration.installing || worker.registration.waiting) return;
  const { held = [] } = await navigator.locks.query();
  const pages = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const settled = held.filter(({ name }) => name?.startsWith(family)).map(({ clientId }) => clientId);
  // A page that has not yet said what it needs may need anything.
  if (pages.some((/** @type {{id: string}} */ { id }) => !settled.includes(id))) return;
  for (const name of await siblings()) {
    if (name !== own && !held.some((lock) => lock.name === name)) await caches.delete(name);
  }
}
