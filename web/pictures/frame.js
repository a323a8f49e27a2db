// The frame that says what to cut out: where it begins, and how it is moved and sized.

import { boundsOf, garment, ground } from './background.js';
import { clamp, cut } from './pixels.js';
import { suggestedThreshold } from './prepare.js';

/** To find the garment a picture is looked at with so many pixels on its longest side. */
const LOOK = 160;

/** The frame leaves so much of the garment's longest side around it: the background is taken from there. */
const MARGIN = 0.08;

/** What covers less of a picture is no garment; what covers more is no garment on a background. */
const SOME = [0.005, 0.95];

/** The shortest side of a frame, in pixels of the picture. */
export const LEAST = 8;

/**
 * The frame to begin with: around the garment if one stands out from what it lies on, or else the whole picture.
 * @param {import('./pixels.js').Picture} picture
 * @returns {import('./pixels.js').Frame}
 */
export function suggestedFrame(picture) {
  const whole = { x: 0, y: 0, width: picture.width, height: picture.height };
  const small = cut(picture, whole, LOOK);
  const below = ground(small);
  const mask = garment(small, below, suggestedThreshold(below.noise));
  const box = boundsOf(mask, small.width, small.height);
  const share = mask.reduce((sum, v) => sum + v, 0) / mask.length;
  if (!box || share < SOME[0] || share > SOME[1]) return whole;
  const [scaleX, scaleY] = [picture.width / small.width, picture.height / small.height];
  const margin = MARGIN * Math.max(box.width, box.height);
  const left = clamp((box.x - margin) * scaleX, 0, picture.width);
  const top = clamp((box.y - margin) * scaleY, 0, picture.height);
  const right = clamp((box.x + box.width + margin) * scaleX, 0, picture.width);
  const bottom = clamp((box.y + box.height + margin) * scaleY, 0, picture.height);
  return within({ x: left, y: top, width: right - left, height: bottom - top }, picture);
}

/**
 * Which of its sides a handle of the frame moves, as in a compass: 'nw' the upper and the left one. '' moves all of it.
 * @typedef {'' | 'n' | 'e' | 's' | 'w' | 'nw' | 'ne' | 'sw' | 'se'} Handle
 */

/**
 * Moves a frame, or its sides, but not out of the picture and not past each other.
 * @param {import('./pixels.js').Frame} frame
 * @param {Handle} handle
 * @param {number} dx in pixels of the picture
 * @param {number} dy
 * @param {{width: number, height: number}} picture
 * @returns {import('./pixels.js').Frame}
 */
export function moved(frame, handle, dx, dy, picture) {
  if (handle === '') {
    const x = clamp(frame.x + dx, 0, picture.width - frame.width);
    const y = clamp(frame.y + dy, 0, picture.height - frame.height);
    return { ...frame, x, y };
  }
  let [left, top, right, bottom] = [frame.x, frame.y, frame.x + frame.width, frame.y + frame.height];
  const least = Math.min(LEAST, picture.width, picture.height);
  if (handle.includes('w')) left = clamp(left + dx, 0, right - least);
  if (handle.includes('e')) right = clamp(right + dx, left + least, picture.width);
  if (handle.includes('n')) top = clamp(top + dy, 0, bottom - least);
  if (handle.includes('s')) bottom = clamp(bottom + dy, top + least, picture.height);
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/**
 * The nearest frame that lies within a picture and is not too small.
 * @param {import('./pixels.js').Frame} frame
 * @param {{width: number, height: number}} picture
 * @returns {import('./pixels.js').Frame}
 */
export function within(frame, picture) {
  const width = clamp(frame.width, Math.min(LEAST, picture.width), picture.width);
  const height = clamp(frame.height, Math.min(LEAST, picture.height), picture.height);
  return { x: clamp(frame.x, 0, picture.width - width), y: clamp(frame.y, 0, picture.height - height), width, height };
}
