// Starts the page that is one file. It carries its parts packed; each becomes an address of its own (blob:), because a
// page that was opened from a disk may read no other file, itself included.
(async function () {
  'use strict';
  const parts = [...document.querySelectorAll('script[data-part]')];
  /** @type {Record<string, string>} */ const addresses = {};
  /** @type {Record<string, {file: string, bytes: number}>} */ const files = {};

  /** @param {Element} part */
  async function unpacked(part) {
    const text = part.textContent ?? '';
    if (!part.hasAttribute('data-packed')) return new Blob([text.slice(1)]);
    const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).blob();
  }

  /** @param {string} text with addresses "inline:name" of parts, which come before those that refer to them */
  const placed = (text) => text.replace(/\binline:([\w./-]+)/g, (unknown, name) => addresses[name] ?? unknown);

  try {
    const blobs = await Promise.all(parts.map(unpacked));
    for (const [i, part] of parts.entries()) {
      const name = part.getAttribute('data-part') ?? '';
      const type = part.getAttribute('data-type') ?? '';
      const blob = /^text\/(javascript|css|html)/.test(type) ? new Blob([placed(await blobs[i].text())], { type }) : new Blob([blobs[i]], { type });
      addresses[name] = URL.createObjectURL(blob);
      files[name] = { file: addresses[name], bytes: blob.size };
      part.remove();
    }
    for (const name of ['href', 'src']) {
      for (const element of document.querySelectorAll(`[${name}^="inline:"]`)) element.setAttribute(name, placed(element.getAttribute(name) ?? ''));
    }
    const manifest = new Blob([JSON.stringify({ files })], { type: 'application/json' });
    document.getElementById('manifest')?.setAttribute('href', URL.createObjectURL(manifest));
    // The mark of the page's end comes after this script.
    if (document.readyState === 'loading') await new Promise((read) => document.addEventListener('DOMContentLoaded', read));
    await import(addresses['app.js']);
  } catch (error) {
    console.error(error);
    // The sentence for a page that did not load stands there.
    for (const [id, hidden] of Object.entries({ failure: false, loading: true, retry: true })) {
      /** @type {HTMLElement} */ (document.getElementById(id)).hidden = hidden;
    }
  }
})();
