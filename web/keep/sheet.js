// Puts drawings onto the sheet without losing what is there: that is a step of Undo away, and in the sketchbook.

import { text } from '../page/text.js';
import { sentenceOf } from './notice.js';
import { leafOf, sketchbook } from './sketchbook.js';

/** @typedef {import('../drawing/stroke.js').Stroke} Stroke */

/**
 * Puts a drawing onto the sheet.
 * @param {import('../page/page.js').Page} page
 * @param {readonly Stroke[]} strokes
 * @param {string} done what to say of it
 * @returns {Promise<string>} that, and what became of the drawing that was there
 */
export async function put(page, strokes, done) {
  const { drawing } = page;
  drawing.end();
  const before = drawing.strokes;
  page.set({ picture: null });
  if (same(before, strokes)) return done;
  drawing.replace(strokes);
  const leaf = before.length > 0 ? await leafOf(before, page.classifier) : null;
  if (!leaf) return done;
  const { fault } = await sketchbook.keep([leaf]);
  return fault ? `${done} ${text('keep.yoursUndo')} ${sentenceOf(fault)}` : `${done} ${text('keep.yoursKept')}`;
}

/**
 * @param {readonly Stroke[]} a
 * @param {readonly Stroke[]} b
 */
function same(a, b) {
  return a.length === b.length && JSON.stringify(a) === JSON.stringify(b);
}
