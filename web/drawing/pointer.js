// Mouse, pen and fingers on the sheet.

import { SIDE } from './stroke.js';

/** A hand rests on the screen while it holds a pen: for so long after the pen was last seen, in ms, touches are ignored. */
const PALM = 1000;

/** Where there is a pen, a touch wider than this, in pixels of CSS, is the heel of the hand. */
const HEEL = 60;

/** A second finger so soon after the first, in ms, is the other half of a pinch: neither draws. */
const PINCH = 200;

/** The button that a pen's other end presses. */
const RUBBER = 5;

export class Pointers {
  #canvas;
  #hand;
  #surface;
  #nib;
  /** The pointer at work. @type {number | null} */ #pointer = null;
  #type = '';
  #since = 0;
  #penSeen = -Infinity;
  /**
   * Where the sheet is, while a line is drawn: to ask with every move, between an answer that has changed the page and the
   * frame, would have the page laid out twice a frame, which took a third of the processor.
   * @type {DOMRect | null}
   */
  #box = null;
  /** Moves of one event, x, y and pressure of each. @type {number[]} */ #moves = [];
  /** @type {number[]} */ #ahead = [];

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {import('./hand.js').Hand} hand
   * @param {import('./surface.js').Surface} surface
   * @param {import('./nib.js').Nib} nib
   */
  constructor(canvas, hand, surface, nib) {
    this.#canvas = canvas;
    this.#hand = hand;
    this.#surface = surface;
    this.#nib = nib;
    canvas.addEventListener('pointerdown', (e) => this.#down(e));
    canvas.addEventListener('pointermove', (e) => this.#move(e));
    canvas.addEventListener('pointerup', (e) => this.#up(e));
    canvas.addEventListener('pointercancel', (e) => this.#cancelled(e));
    canvas.addEventListener('lostpointercapture', (e) => this.#up(e));
    canvas.addEventListener('pointerleave', () => nib.leave('pointer'));
    const moved = () => (this.#box = null);
    new ResizeObserver(moved).observe(canvas);
    for (const type of ['scroll', 'resize']) addEventListener(type, moved, { capture: true, passive: true });
    keepStill(canvas);
  }

  /** @param {PointerEvent} e */
  #down(e) {
    if (e.pointerType === 'pen') this.#penSeen = e.timeStamp;
    if ((e.button !== 0 && e.button !== RUBBER) || this.#isPalm(e)) return;
    if (this.#pointer !== null) {
      // A second finger does nothing, but a pen takes over from the hand that came down before it.
      const pinch = e.pointerType === 'touch' && this.#type === 'touch' && e.timeStamp - this.#since < PINCH;
      const pen = e.pointerType === 'pen' && this.#type === 'touch';
      if (pinch || pen) this.#drop();
      if (!pen) return;
    }
    e.preventDefault();
    // Not by itself, as the touch is refused to the browser. Keys go to the sheet from now on, without a frame around it.
    this.#canvas.focus(/** @type {FocusOptions} */ ({ preventScroll: true, focusVisible: false }));
    this.#canvas.setPointerCapture(e.pointerId);
    this.#pointer = e.pointerId;
    this.#type = e.pointerType;
    this.#since = e.timeStamp;
    const box = (this.#box = this.#canvas.getBoundingClientRect());
    const [x, y] = [across(e, box), down(e, box)];
    this.#nib.point(x, y);
    this.#hand.down(x, y, {
      tool: e.button === RUBBER ? 'eraser' : undefined,
      pressure: e.pointerType === 'pen' && e.pressure > 0 ? e.pressure : undefined,
    });
  }

  /** @param {PointerEvent} e */
  #move(e) {
    if (e.pointerType === 'pen') this.#penSeen = e.timeStamp;
    if (this.#pointer === null) this.#box = null;
    const box = (this.#box ??= this.#canvas.getBoundingClientRect());
    // A mouse that is only near does not take the pen from the keys that draw with it.
    const hovers = this.#pointer === null && e.pointerType !== 'touch' && !this.#hand.doing;
    if (hovers || e.pointerId === this.#pointer) this.#nib.point(across(e, box), down(e, box));
    if (e.pointerId !== this.#pointer) return;
    // A tab that was asleep, or a window that something lay over, may not have been told that the pointer was lifted.
    if (e.buttons === 0 && e.pointerType !== 'touch') return this.#up(e);
    e.preventDefault();
    // Several positions come in one event, as the pointer is read more often than the screen is painted.
    const all = e.getCoalescedEvents?.() ?? [];
    this.#moves.length = this.#ahead.length = 0;
    for (const p of all.length > 0 ? all : [e]) this.#moves.push(across(p, box), down(p, box), p.pressure);
    for (const p of e.getPredictedEvents?.() ?? []) this.#ahead.push(across(p, box), down(p, box));
    this.#surface.foresee(this.#ahead);
    this.#hand.move(this.#moves);
  }

  /** @param {PointerEvent} e */
  #up(e) {
    if (e.pointerId !== this.#pointer) return;
    this.#rest();
    this.#hand.up();
  }

  /**
   * The system has taken the pointer away. Where there is a pen, it has seen that this was no finger; else the visitor may
   * have turned the device, and what is drawn is kept.
   * @param {PointerEvent} e
   */
  #cancelled(e) {
    if (e.pointerId === this.#pointer && e.pointerType === 'touch' && this.#penSeen > -Infinity) this.#drop();
    else this.#up(e);
  }

  #drop() {
    this.#rest();
    this.#hand.cancel();
  }

  #rest() {
    this.#pointer = null;
    this.#ahead.length = 0;
    this.#surface.foresee(this.#ahead);
    if (this.#type === 'touch') this.#nib.leave('pointer');
  }

  /** @param {PointerEvent} e */
  #isPalm(e) {
    if (e.pointerType !== 'touch') return false;
    return e.timeStamp - this.#penSeen < PALM || (this.#penSeen > -Infinity && Math.max(e.width, e.height) > HEEL);
  }
}

/**
 * Where a pointer is on the drawing, in units from the left.
 * @param {PointerEvent} e
 * @param {DOMRect} box of the canvas
 */
const across = (e, box) => ((e.clientX - box.left) / box.width) * SIDE;

/**
 * The same from the top.
 * @param {PointerEvent} e
 * @param {DOMRect} box
 */
const down = (e, box) => ((e.clientY - box.top) / box.height) * SIDE;

/**
 * Keeps the page still under the finger. Most browsers need no more than touch-action: none; but Safari pinches all the
 * same (gesturestart), zooms and selects after a double tap, pulls the page beyond its end, and takes a pencil's strokes for
 * handwriting unless touchmove is refused. A long press means drawing slowly, not a menu.
 * @param {HTMLElement} canvas
 */
function keepStill(canvas) {
  for (const type of ['contextmenu', 'touchstart', 'touchmove', 'touchend', 'selectstart', 'dragstart', 'dblclick', 'gesturestart', 'gesturechange']) {
    canvas.addEventListener(type, (e) => e.preventDefault(), { passive: false });
  }
}
