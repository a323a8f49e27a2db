// Starts the worker of the page that is one file, from the modules that the builder puts before this script. Chromium lets a page
// from a disk start no module worker, and its workers read no address (blob:) of the page's. So this is a classic script,
// which makes addresses of its own for the modules.
(function () {
  'use strict';
  // Messages that come before the modules are there.
  /** @type {MessageEvent[]} */ const early = [];
  self.onmessage = (event) => early.push(event);

  /** @type {Record<string, string>} */ const addresses = {};
  for (const [name, text] of workerModules) {
    const placed = text.replace(/\bown:([\w./-]+)/g, (unknown, name) => addresses[name] ?? unknown);
    addresses[name] = URL.createObjectURL(new Blob([placed], { type: 'text/javascript' }));
  }
  import(addresses[workerModules[workerModules.length - 1][0]]).then(
    () => early.forEach((event) => self.onmessage?.call(self, event)),
    (error) => postMessage({ type: 'error', code: 'no-worker', message: String(error) }),
  );
})();
