// A drawing as SVG: each stroke is a path as smooth as on the sheet, for Inkscape and its like, and so that this page can
// read it back. A curve goes from the middle of each segment to the middle of the next, with the point between them as its
// control: the points are all there. A path has one width, so that how hard a pen was pressed is not.

import { PEN, SIDE } from '../drawing/stroke.js';
import { MAX_POINTS, MAX_STROKES, onGrid } from './codec.js';
import { Fault } from './fault.js';

/** Ink, whatever the colours of the page: a file is looked at elsewhere. */
export const INK = '#1b1b1f';

/** How dense the inside of a filled stroke is. */
export const FILL = 0.78;

/** @typedef {import('../drawing/stroke.js').Stroke} Stroke */

/**
 * @param {Stroke} stroke
 * @returns {string} the data of a path
 */
export function pathOf({ points, fill }) {
  let path = `M${points[0]} ${points[1]}`;
  for (let i = 2; i + 2 < points.length; i += 2) {
    path += `Q${points[i]} ${points[i + 1]} ${(points[i] + points[i + 2]) / 2} ${(points[i + 1] + points[i + 3]) / 2}`;
  }
  return `${path}L${points.at(-2)} ${points.at(-1)}${fill ? 'Z' : ''}`;
}

/**
 * @param {readonly Stroke[]} strokes
 * @param {string} title
 * @returns {string} a file
 */
export function toSVG(strokes, title) {
  const paths = strokes.map((stroke) => {
    const width = stroke.size === 1 ? '' : ` stroke-width="${round(PEN * stroke.size)}"`;
    const inside = stroke.fill ? ` fill="${INK}" fill-opacity="${FILL}"` : '';
    return `    <path d="${pathOf(stroke)}"${width}${stroke.patch ? ' stroke="none"' : ''}${inside}/>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="1024" height="1024" viewBox="0 0 ${SIDE} ${SIDE}">
  <title>${escape(title)}</title>
  <g id="croquis" fill="none" stroke="${INK}" stroke-width="${PEN}" stroke-linecap="round" stroke-linejoin="round">
${paths.join('\n')}
  </g>
</svg>
`;
}

/** @param {number} v */
const round = (v) => Math.round(v * 1000) / 1000;

/** @param {string} words */
const escape = (words) => words.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

/**
 * Reads what toSVG wrote. It runs nothing and fetches nothing that a file may hold.
 * @param {string} text
 * @returns {{name: string, strokes: Stroke[]}}
 * @throws {Fault} file-unknown or file-damaged
 */
export function fromSVG(text) {
  // This page writes none, and entities are how a small file becomes a large one.
  if (/<!(DOCTYPE|ENTITY)/i.test(text)) throw new Fault('file-unknown', 'an SVG with a document type is none of this page');
  const document = new DOMParser().parseFromString(text, 'image/svg+xml');
  if (document.querySelector('parsererror')) throw new Fault('file-damaged', 'the file is no XML');
  const paths = [...document.querySelectorAll('svg > g#croquis > path')];
  if (paths.length === 0) throw new Fault('file-unknown', 'an SVG without <g id="croquis">');
  if (paths.length > MAX_STROKES) throw new Fault('file-damaged', `${paths.length} paths, at most ${MAX_STROKES} are read`);
  const strokes = paths.map((path, i) => {
    const points = pointsOf(path.getAttribute('d') ?? '');
    const width = Number(path.getAttribute('stroke-width') ?? PEN);
    const wrong = points.length < 2 || points.length % 2 !== 0 || !points.every((v) => v >= 0 && v <= SIDE) || !(width > 0);
    if (wrong) throw new Fault('file-damaged', `path ${i} is none that this page writes`);
    return { points, size: width / PEN, fill: path.hasAttribute('fill'), patch: path.getAttribute('stroke') === 'none' };
  });
  if (strokes.reduce((sum, { points }) => sum + points.length / 2, 0) > MAX_POINTS) throw new Fault('file-damaged', `more than ${MAX_POINTS} points`);
  return { name: document.querySelector('title')?.textContent?.slice(0, 80) ?? '', strokes: onGrid(strokes) };
}

/**
 * @param {string} path data in the words of pathOf
 * @returns {number[]} the points, none if it is anything else
 */
function pointsOf(path) {
  if (!/^M[\d. ]+(Q[\d. ]+)*L[\d. ]+Z?$/.test(path)) return [];
  const commands = path.replace('Z', '').split(/(?=[MQL])/).map((part) => part.slice(1).trim().split(/ +/).map(Number));
  const [[x, y], ...rest] = commands;
  // A dot goes to where it is.
  const end = /** @type {number[]} */ (rest.pop());
  const points = [x, y, ...rest.flatMap(([cx, cy]) => [cx, cy])];
  return path.includes('Q') || end[0] !== x || end[1] !== y ? [...points, ...end] : points;
}
