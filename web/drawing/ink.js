// Strokes as ink on a canvas: curves that are smooth where points are not, wider where the pen was pressed.
//
// A line of n points is n − 1 pieces and a tip. Piece j is a curve from one middle between points to the next, with point j
// as its control: it is what it is as soon as point j + 1 is there, so a line can be painted while it grows. The tip goes
// from the last middle to the last point.

import { PEN } from './stroke.js';

/** @typedef {import('./stroke.js').Stroke} Stroke */

/** Parts of a line that is pressed now more, now less, in units. */
const PART = 2;

/** A drawing is painted in no more such parts: nobody's hand makes so many, but a link may hold what would take minutes. */
const MOST_PARTS = 100_000;

/** @type {WeakMap<readonly number[], Path2D>} */ const paths = new WeakMap();

/**
 * How many times as wide a pen draws that is pressed so hard, 0 to 1. A usual hand, a half, gives the pen's own width.
 * @param {number} pressure
 */
const pressed = (pressure) => 0.4 + 1.2 * pressure;

/**
 * How far a stroke's ink may reach beyond its points.
 * @param {Stroke} stroke
 */
export const reach = ({ size, pressure }) => (PEN * size * (pressure ? pressed(1) : 1)) / 2;

/**
 * Sets a context up for the lines of all strokes.
 * @param {CanvasRenderingContext2D} ink
 * @param {string} colour
 */
export function prepare(ink, colour) {
  ink.strokeStyle = ink.fillStyle = colour;
  ink.lineCap = ink.lineJoin = 'round';
}

/**
 * In how many parts a piece of these strokes may be painted, so that all of them do not take too long.
 * @param {readonly Stroke[]} strokes
 */
export function finest(strokes) {
  let pieces = 0;
  for (const { points, pressure } of strokes) if (pressure) pieces += points.length / 2;
  return Math.max(1, Math.floor(MOST_PARTS / pieces));
}

/**
 * @param {CanvasRenderingContext2D} ink
 * @param {Stroke} stroke a finished one
 * @param {number} most parts of a piece, see finest
 */
export function paintLine(ink, stroke, most) {
  if (stroke.patch) return;
  const last = stroke.points.length / 2 - 1;
  if (stroke.pressure) {
    paintPieces(ink, stroke, 0, last, most);
    paintTip(ink, stroke, []);
  }
  if (stroke.pressure && !stroke.fill) return;
  ink.lineWidth = PEN * stroke.size;
  if (!stroke.pressure) ink.stroke(path(stroke));
  if (stroke.fill) paintChord(ink, stroke);
}

/**
 * @param {CanvasRenderingContext2D} ink
 * @param {Stroke} stroke a finished one that is filled
 */
export const paintArea = (ink, stroke) => ink.fill(path(stroke));

/**
 * Paints some pieces of a line.
 * @param {CanvasRenderingContext2D} ink
 * @param {Pick<Stroke, 'points' | 'size' | 'pressure'>} stroke
 * @param {number} from the first piece
 * @param {number} to the piece after the last
 * @param {number} [most] parts of a piece
 */
export function paintPieces(ink, { points: s, size, pressure }, from, to, most = Infinity) {
  if (from >= to) return;
  if (pressure) {
    for (let j = from; j < to; j++) paintPressed(ink, s, PEN * size, pressure, j, most);
    return;
  }
  ink.lineWidth = PEN * size;
  ink.beginPath();
  ink.moveTo(middle(s, 2 * from), middle(s, 2 * from + 1));
  for (let i = 2 * from; i < 2 * to; i += 2) ink.quadraticCurveTo(s[i], s[i + 1], middle(s, i + 2), middle(s, i + 3));
  ink.stroke();
}

/**
 * Paints one piece, in parts so short that its width is seen to grow and not to jump.
 * @param {CanvasRenderingContext2D} ink
 * @param {readonly number[]} s
 * @param {number} width of a line that is pressed as usual
 * @param {readonly number[]} pressure
 * @param {number} j
 * @param {number} most parts
 */
function paintPressed(ink, s, width, pressure, j, most) {
  const i = 2 * j;
  const [x0, y0, x1, y1, x2, y2] = [middle(s, i), middle(s, i + 1), s[i], s[i + 1], middle(s, i + 2), middle(s, i + 3)];
  const before = j === 0 ? pressure[0] : (pressure[j - 1] + pressure[j]) / 2;
  const after = (pressure[j] + pressure[j + 1]) / 2;
  const n = Math.min(Math.ceil((Math.hypot(x1 - x0, y1 - y0) + Math.hypot(x2 - x1, y2 - y1)) / PART), most);
  let [x, y] = [x0, y0];
  for (let k = 1; k <= n; k++) {
    const t = k / n;
    ink.lineWidth = width * pressed(before + t * (after - before));
    ink.beginPath();
    ink.moveTo(x, y);
    x = (1 - t) * (1 - t) * x0 + 2 * t * (1 - t) * x1 + t * t * x2;
    y = (1 - t) * (1 - t) * y0 + 2 * t * (1 - t) * y1 + t * t * y2;
    ink.lineTo(x, y);
    ink.stroke();
  }
}

/**
 * Paints what comes after the last piece.
 * @param {CanvasRenderingContext2D} ink
 * @param {Pick<Stroke, 'points' | 'size' | 'pressure'>} stroke
 * @param {readonly number[]} ahead where the pen will be, as far as the browser can tell
 */
export function paintTip(ink, { points: s, size, pressure }, ahead) {
  const end = s.length - 2;
  ink.lineWidth = PEN * size * (pressure ? pressed(pressure[pressure.length - 1]) : 1);
  ink.beginPath();
  ink.moveTo(middle(s, end), middle(s, end + 1));
  let [x, y] = [s[end], s[end + 1]];
  for (let i = 0; i < ahead.length; i += 2) {
    ink.quadraticCurveTo(x, y, (x + ahead[i]) / 2, (y + ahead[i + 1]) / 2);
    [x, y] = [ahead[i], ahead[i + 1]];
  }
  ink.lineTo(x + visible(s), y);
  ink.stroke();
}

/**
 * Joins the ends of a filled stroke.
 * @param {CanvasRenderingContext2D} ink
 * @param {Stroke} stroke
 */
function paintChord(ink, { points: s }) {
  ink.beginPath();
  ink.moveTo(s[s.length - 2], s[s.length - 1]);
  ink.lineTo(s[0], s[1]);
  ink.stroke();
}

/**
 * A coordinate of the middle between a point and the one before it; the first point itself.
 * @param {readonly number[]} s
 * @param {number} i
 */
const middle = (s, i) => (i < 2 ? s[i] : (s[i - 2] + s[i]) / 2);

/**
 * A line without length is not painted, not even its round ends; so a dot gets some.
 * @param {readonly number[]} s
 */
const visible = (s) => (s.length === 2 ? 0.01 : 0);

/**
 * @param {Stroke} stroke a finished one
 * @returns {Path2D} its whole line
 */
function path({ points: s }) {
  let line = paths.get(s);
  if (line) return line;
  line = new Path2D();
  line.moveTo(s[0], s[1]);
  for (let i = 0; i + 2 < s.length; i += 2) line.quadraticCurveTo(s[i], s[i + 1], middle(s, i + 2), middle(s, i + 3));
  line.lineTo(s[s.length - 2] + visible(s), s[s.length - 1]);
  paths.set(s, line);
  return line;
}
