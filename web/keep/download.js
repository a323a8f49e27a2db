// Files out of the page and into it.

import { Fault } from './fault.js';

/** Bytes of the largest file that is read; ten thousand drawings take about half of it. */
const MAX_FILE = 32 << 20;

/**
 * Has the browser save a file where it saves what is downloaded.
 * @param {Blob} blob
 * @param {string} name
 */
export function download(blob, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // Safari reads it after the click, and does not say when it has.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/**
 * @param {string} words
 * @returns {string} fit for a file's name
 */
export function slug(words) {
  const plain = words.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return plain.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 40) || 'drawing';
}

/**
 * @param {File} file
 * @returns {Promise<string>}
 * @throws {Fault} file-large or file-damaged
 */
export async function readText(file) {
  if (file.size > MAX_FILE) throw new Fault('file-large', `${file.name} has ${file.size} bytes, at most ${MAX_FILE} are read`);
  try {
    return await file.text();
  } catch (error) {
    throw new Fault('file-damaged', `${file.name}: ${error}`);
  }
}
