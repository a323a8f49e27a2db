// The classifier in a page of your own: draw, and it says what it sees.
import { load } from './croquis.js';

const [canvas] = document.getElementsByTagName('canvas');
const [answer] = document.getElementsByTagName('output');
const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
const strokes = /** @type {Array<Array<[x: number, y: number]>>} */ ([]);
canvas.style.cssText = 'border: 1px solid; touch-action: none'; // a finger draws, and does not scroll

const classifier = await load().catch(({ message }) => Promise.reject(new Error((answer.value = message))));
answer.value = 'Draw a garment.';

canvas.onpointerdown = ({ pointerId, offsetX, offsetY }) => {
  canvas.setPointerCapture(pointerId);
  pen.beginPath();
  pen.moveTo(offsetX, offsetY);
  strokes.push([[offsetX, offsetY]]);
};
canvas.onpointermove = async ({ pointerId, offsetX, offsetY }) => {
  if (!canvas.hasPointerCapture(pointerId)) return;
  pen.lineTo(offsetX, offsetY);
  pen.stroke();
  strokes[strokes.length - 1].push([offsetX, offsetY]);
  const { verdict, top } = await classifier.classify(strokes);
  if (verdict === 'unlike') answer.value = 'None of the ten';
  else if (verdict) answer.value = `${verdict === 'unsure' ? 'Perhaps: ' : ''}${top[0].label}, ${Math.round(100 * top[0].probability)} %`;
};
