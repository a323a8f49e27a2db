// Runs before everything else, in any browser: says so when the page's own scripts do not arrive or are not understood (the
// words stand in index.html), and gets a stylesheet again that has not arrived; if it does not come then either, it says that, too.
(function () {
  'use strict';
  /**
   * @param {string} id
   * @returns {HTMLElement}
   */
  function $(id) {
    return /** @type {HTMLElement} */ (document.getElementById(id));
  }
  function fail() {
    var box = $('failure');
    if (!box || document.documentElement.hasAttribute('data-started')) return;
    $('retry').onclick = function () {
      location.reload();
    };
    $('loading').hidden = true;
    box.hidden = false;
  }
  function miss() {
    var line = $('lack-looks');
    if (!line) return void document.addEventListener('DOMContentLoaded', miss);
    line.hidden = $('lack').hidden = false;
  }
  /**
   * Gets a stylesheet once more, around all caches.
   * @param {HTMLLinkElement} link
   */
  function again(link) {
    if (link.rel !== 'stylesheet') return;
    if (/[?]fresh/.test(link.href)) return miss();
    var copy = /** @type {HTMLLinkElement} */ (link.cloneNode());
    copy.href += '?fresh=' + Date.now();
    link.replaceWith(copy);
  }
  // What does not load says so to its element only, which the capturing phase passes through.
  addEventListener('error', function (event) {
    if (event.target instanceof HTMLScriptElement) fail();
    if (event.target instanceof HTMLLinkElement) again(event.target);
  }, true);
  // Whatever is missing, and whoever says so.
  document.addEventListener('click', function (event) {
    if (event.target === $('reload')) location.reload();
  });
  if (!('noModule' in document.createElement('script'))) addEventListener('load', fail);
})();
