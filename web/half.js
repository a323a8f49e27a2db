// Says so when the page itself was cut off on its way (the words stand in the template of index.html). It is loaded async: a
// script that the parser waits for does not run any more when the connection breaks meanwhile.
(function () {
  'use strict';
  /**
   * After so many seconds in which no more of the page has come it counts as cut off. Firefox ends a page that was cut; Chromium
   * leaves it as one that is still loading, and tells nobody. Twice as many before there is a body, as begin takes what is slow for
   * cut.
   */
  var STALL = 4;
  /** While the parser waits for boot.js nothing more of the page can come, though all of it may be here. */
  var LATE = 30;
  var parts = 0;
  // In ticks and not by the clock: a tab that was put to sleep gets nothing.
  var still = 0;
  /** @type {Element | null} */
  var told = null;
  var watch = setInterval(look, 1000);
  document.addEventListener('readystatechange', look);
  look();

  function look() {
    var now = document.getElementsByTagName('*').length;
    if (document.getElementById('end')) {
      clearInterval(watch);
      untell(); // it was only slow
    } else if (document.readyState !== 'loading') {
      clearInterval(watch);
      tell();
    } else if (now !== parts) {
      parts = now;
      still = 0;
    } else if (++still >= (document.body ? STALL : waits() ? LATE : 2 * STALL)) {
      tell();
      parts = document.getElementsByTagName('*').length;
    }
  }
  /** Whether boot.js is still on its way: when it is here and has not run, the parser is not waiting, but dead. */
  function waits() {
    var boot = /** @type {HTMLScriptElement | null} */ (document.querySelector('script[src*="boot."]'));
    return !!boot && performance.getEntriesByName(boot.src).length === 0;
  }
  function tell() {
    if (told) return;
    var words = /** @type {HTMLTemplateElement} */ (document.getElementById('half'));
    told = /** @type {Element} */ (/** @type {Element} */ (words.content.firstElementChild).cloneNode(true));
    /** @type {HTMLButtonElement} */ (told.querySelector('button')).onclick = function () {
      location.reload();
    };
    if (!document.body) begin();
    document.documentElement.setAttribute('data-half', ''); // in place of the half: nothing of that does anything
    document.body.prepend(told);
  }
  /** Chromium paints nothing before its parser has come to the body, and now it never will: it takes another document. */
  function begin() {
    clearInterval(watch);
    var kept = document.querySelectorAll('title, meta[name], link[rel=stylesheet]');
    document.open();
    document.write('<!doctype html><html lang="en"><body>');
    document.close();
    for (var i = 0; i < kept.length; i++) document.head.append(kept[i]);
  }
  function untell() {
    if (told) told.remove();
    told = null;
    document.documentElement.removeAttribute('data-half');
  }
})();
