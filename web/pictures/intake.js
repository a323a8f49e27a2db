// Files that somebody drops on the page or pastes into it, whatever is open: they become page.file, and the room of the
// pictures opens. Without this a browser would leave the page to show the file.

/** @param {import('../page/page.js').Page} page */
export function mount(page) {
  const mark = (/** @type {boolean} */ over) => document.documentElement.toggleAttribute('data-dropping', over);
  addEventListener('dragover', (event) => {
    if (!brings(event.dataTransfer)) return;
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy';
    mark(true);
  });
  addEventListener('dragleave', (event) => {
    // From one element of the page to another it has not left.
    if (!event.relatedTarget) mark(false);
  });
  addEventListener('drop', (event) => {
    mark(false);
    if (!brings(event.dataTransfer)) return;
    event.preventDefault();
    deliver(page, pictureOf(event.dataTransfer));
  });
  addEventListener('paste', (event) => {
    const file = pictureOf(event.clipboardData);
    if (!file && (isEditable(event.target) || page.tab !== 'pictures')) return;
    event.preventDefault();
    deliver(page, file);
  });
}

/**
 * Hands a file over.
 * @param {import('../page/page.js').Page} page
 * @param {Blob | null} file null when what came holds none
 */
export function deliver(page, file) {
  page.set({ file: { blob: file } });
  page.reveal('pictures');
}

/**
 * Whether what is dragged is a file, or a link that a browser would follow.
 * @param {DataTransfer | null} data
 */
function brings(data) {
  return data !== null && (data.types.includes('Files') || data.types.includes('text/uri-list'));
}

/**
 * The first picture of several files, or else the first file.
 * @param {DataTransfer | null} data
 * @returns {File | null}
 */
function pictureOf(data) {
  const files = [...(data?.files ?? [])];
  return files.find(({ type }) => type.startsWith('image/')) ?? files[0] ?? null;
}

/** @param {EventTarget | null} target */
const isEditable = (target) => target instanceof Element && target.closest('input, textarea, [contenteditable]') !== null;
