// The rooms to look closer, in the order of their tabs. Each is fetched when its tab is opened; its module exports
// mount(page, root), and its name is closer.NAME in the texts.

/**
 * @typedef {object} Room
 * @property {string} name
 * @property {() => Promise<{mount: (page: import('./page.js').Page, root: HTMLElement) => void | Promise<void>}>} load
 */

/** @type {readonly Room[]} */
export const rooms = [
  { name: 'inside', load: () => import('../inside/inside.js') },
  { name: 'why', load: () => import('../why/why.js') },
  { name: 'time', load: () => import('../time/time.js') },
  { name: 'pictures', load: () => import('../pictures/pictures.js') },
  { name: 'sketchbook', load: () => import('../keep/shelf.js') },
  { name: 'network', load: () => import('../network/network.js') },
];
