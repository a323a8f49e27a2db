// Drawings as files: saved by the browser's download, opened by a file's choice.

import { caption } from '../page/caption.js';
import { text } from '../page/text.js';
import { onGrid, soundly } from './codec.js';
import { download, readText, slug } from './download.js';
import { fromNDJSON, toNDJSON } from './ndjson.js';
import { sentenceOf } from './notice.js';
import { toPNG } from './png.js';
import { put } from './sheet.js';
import { leafOf, saidOf, sketchbook, wordFor } from './sketchbook.js';
import { fromSVG, toSVG } from './svg.js';

/** @typedef {'png' | 'svg' | 'ndjson'} Kind */
/** @typedef {import('../page/page.js').Page} Page */

/**
 * Saves the drawing on the sheet.
 * @param {Page} page
 * @param {Kind} kind
 * @param {boolean} captioned whether a picture has the answer below it
 * @returns {Promise<string>} what to say of it
 * @throws {import('./fault.js').Fault}
 */
export async function save(page, kind, captioned) {
  const strokes = onGrid(page.drawing.strokes);
  const answer = (await page.classifier?.classify(strokes).catch(() => null)) ?? null;
  const title = caption(answer);
  const name = wordFor(saidOf(answer));
  const file = `croquis-${slug(name)}.${kind}`;
  switch (kind) {
    case 'png':
      download(await toPNG(strokes, captioned ? title : ''), file);
      break;
    case 'svg':
      download(new Blob([toSVG(strokes, title || text('keep.untitled'))], { type: 'image/svg+xml' }), file);
      break;
    case 'ndjson':
      download(new Blob([toNDJSON([{ name, made: Date.now(), strokes }])], { type: 'application/x-ndjson' }), file);
      break;
  }
  return text('keep.saved', { file });
}

/**
 * Saves what the sketchbook holds, a drawing a line, but for what is damaged.
 * @param {readonly import('./sketchbook.js').Entry[]} entries
 * @returns {string} what to say of it
 */
export function saveAll(entries) {
  const drawings = entries.flatMap(({ name, made, bytes, answer }) => {
    const strokes = soundly(bytes);
    return strokes ? [{ name: name || wordFor(answer), made, strokes }] : [];
  });
  const file = 'croquis-sketchbook.ndjson';
  download(new Blob([toNDJSON(drawings)], { type: 'application/x-ndjson' }), file);
  return text('keep.saved', { file });
}

/**
 * Opens a file that this page saved, or one of Quick, Draw!: a drawing goes onto the sheet, several into the sketchbook.
 * @param {Page} page
 * @param {File} file
 * @returns {Promise<string>} what to say of it
 * @throws {import('./fault.js').Fault}
 */
export async function open(page, file) {
  const drawings = await read(file);
  return drawings.length === 1 ? put(page, drawings[0].strokes, text('keep.fileOpened')) : collect(page, drawings);
}

/**
 * Puts the drawings of a file into the sketchbook.
 * @param {Page} page
 * @param {File} file
 * @returns {Promise<string>} what to say of it
 * @throws {import('./fault.js').Fault}
 */
export async function importFile(page, file) {
  return collect(page, await read(file));
}

/** @param {File} file */
async function read(file) {
  const words = await readText(file);
  return /^\s*</.test(words) ? [{ made: Date.now(), ...fromSVG(words) }] : fromNDJSON(words, Date.now());
}

/**
 * @param {Page} page
 * @param {readonly import('./ndjson.js').Named[]} drawings
 */
async function collect(page, drawings) {
  const leaves = [];
  for (const { strokes, name, made } of drawings) leaves.push(await leafOf(strokes, page.classifier, name, made));
  const { fresh, fault } = await sketchbook.keep(leaves.filter((leaf) => leaf !== null));
  const said = text('keep.imported', { count: fresh });
  return fault ? `${said} ${sentenceOf(fault)}` : said;
}
