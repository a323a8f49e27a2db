// Runs before the modules, in any browser: says so when the page's own scripts do not arrive or are not understood. The
// words stand in index.html.
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
  // A script that does not load says so to its element only, which the capturing phase passes through.
  addEventListener('error', function (event) {
    if (event.target instanceof HTMLScriptElement) fail();
  }, true);
  if (!('noModule' in document.createElement('script'))) addEventListener('load', fail);
})();
