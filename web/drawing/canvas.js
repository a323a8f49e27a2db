// The surface: pointers in, ink out. The canvas is only ever painted, never read: strokes are the data, and a browser
// that scrambles what is read from a canvas does no harm.

import { SIDE } from './drawing.js';

/** Width of the pen in units of the drawing. */
const PEN = 3.4;

/** A hand rests on the screen while it holds a pen: for so long after the pen was last seen, in ms, touches are ignored. */
const PALM = 1000;

export class Surface {
  /** @type {HTMLCanvasElement} */ #canvas;
  /** @type {import('./drawing.js').Drawing} */ #drawing;
  /** @type {WeakMap<import('./drawing.js').Stroke, Path2D>} */ #paths = new WeakMap();
  /** @type {number | null} */ #pointer = null;
  #type = '';
  #penSeen = -Infinity;
  #frame = 0;

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {import('./drawing.js').Drawing} drawing
   */
  constructor(canvas, drawing) {
    this.#canvas = canvas;
    this.#drawing = drawing;
    canvas.addEventListener('pointerdown', (e) => this.#down(e));
    canvas.addEventListener('pointermove', (e) => this.#move(e));
    canvas.addEventListener('pointerup', (e) => this.#up(e));
    canvas.addEventListener('pointercancel', (e) => this.#up(e));
    canvas.addEventListener('lostpointercapture', (e) => this.#up(e));
    // A long press means drawing slowly, not a menu; and Safari selects text under a double tap.
    for (const type of ['contextmenu', 'touchstart', 'selectstart', 'dragstart']) {
      canvas.addEventListener(type, (e) => e.preventDefault(), { passive: false });
    }
    drawing.addEventListener('change', () => this.repaint());
    new ResizeObserver(() => this.repaint()).observe(canvas);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.repaint());
    this.repaint();
  }

  /** Paints everything anew in the next frame. */
  repaint() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#paint();
    });
  }

  #paint() {
    const { width, height } = this.#canvas.getBoundingClientRect();
    const density = devicePixelRatio;
    const [w, h] = [Math.round(width * density), Math.round(height * density)];
    if (w === 0 || h === 0) return;
    if (this.#canvas.width !== w || this.#canvas.height !== h) {
      this.#canvas.width = w;
      this.#canvas.height = h;
    }
    const ink = this.#canvas.getContext('2d');
    if (!ink) return;
    ink.setTransform(w / SIDE, 0, 0, h / SIDE, 0, 0);
    ink.clearRect(0, 0, SIDE, SIDE);
    ink.strokeStyle = getComputedStyle(this.#canvas).color;
    ink.lineWidth = PEN;
    ink.lineCap = ink.lineJoin = 'round';
    for (const stroke of this.#drawing.strokes) {
      let path = this.#paths.get(stroke);
      if (!path) this.#paths.set(stroke, (path = smooth(stroke)));
      ink.stroke(path);
    }
    if (this.#drawing.open) ink.stroke(smooth(this.#drawing.open));
  }

  /** @param {PointerEvent} e */
  #down(e) {
    if (e.pointerType === 'pen') this.#penSeen = e.timeStamp;
    if (e.button !== 0 || this.#isPalm(e)) return;
    if (this.#pointer !== null) {
      // A second finger does nothing, but a pen takes over from the hand that came down before it.
      if (!(e.pointerType === 'pen' && this.#type === 'touch')) return;
      this.#drawing.cancel();
    }
    e.preventDefault();
    this.#canvas.setPointerCapture(e.pointerId);
    this.#pointer = e.pointerId;
    this.#type = e.pointerType;
    this.#drawing.begin(...this.#position(e));
  }

  /** @param {PointerEvent} e */
  #move(e) {
    if (e.pointerType === 'pen') this.#penSeen = e.timeStamp;
    if (e.pointerId !== this.#pointer) return;
    e.preventDefault();
    // Several positions come in one event, as the pointer is read more often than the screen is painted.
    const all = e.getCoalescedEvents?.() ?? [];
    for (const p of all.length > 0 ? all : [e]) this.#drawing.extend(...this.#position(p));
  }

  /** @param {PointerEvent} e */
  #up(e) {
    if (e.pointerId !== this.#pointer) return;
    this.#pointer = null;
    this.#drawing.end();
  }

  /** @param {PointerEvent} e */
  #isPalm(e) {
    return e.pointerType === 'touch' && e.timeStamp - this.#penSeen < PALM;
  }

  /**
   * @param {PointerEvent} e
   * @returns {[number, number]} the place on the drawing
   */
  #position(e) {
    const box = this.#canvas.getBoundingClientRect();
    return [((e.clientX - box.left) / box.width) * SIDE, ((e.clientY - box.top) / box.height) * SIDE];
  }
}

/**
 * A path that is smooth where a stroke's points are: a curve from the middle of each segment to the middle of the next.
 * @param {readonly number[]} s
 * @returns {Path2D}
 */
function smooth(s) {
  const path = new Path2D();
  path.moveTo(s[0], s[1]);
  for (let i = 2; i + 2 < s.length; i += 2) {
    path.quadraticCurveTo(s[i], s[i + 1], (s[i] + s[i + 2]) / 2, (s[i + 1] + s[i + 3]) / 2);
  }
  // A line without length is not painted, not even its round ends.
  const dot = s.length === 2 ? 0.01 : 0;
  path.lineTo(s[s.length - 2] + dot, s[s.length - 1]);
  return path;
}
