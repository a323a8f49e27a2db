// The camera, the one that looks away from the visitor if there is a choice. It is on only between start and stop.

import { pixels } from './decode.js';
import { PictureError } from './fault.js';

/** What the browser's exceptions mean, by name. @type {Record<string, import('./fault.js').Code>} */
const meanings = {
  NotAllowedError: 'camera-denied',
  SecurityError: 'camera-denied',
  NotFoundError: 'camera-missing',
  OverconstrainedError: 'camera-missing',
  NotReadableError: 'camera-busy',
  AbortError: 'camera-busy',
};

export class Camera {
  #video;
  /** @type {MediaStream | null} */ #stream = null;
  /** Counts starts and stops: a permission may be given after nobody wants it any more. */
  #turn = 0;
  #onlost;

  /**
   * @param {HTMLVideoElement} video shows what it sees
   * @param {() => void} onlost called when it stops by itself, as when it is unplugged
   */
  constructor(video, onlost) {
    this.#video = video;
    this.#onlost = onlost;
  }

  /**
   * @returns {Promise<boolean>} whether it is on; not when stop was called meanwhile
   * @throws {PictureError}
   */
  async start() {
    this.stop();
    const turn = this.#turn;
    if (!navigator.mediaDevices?.getUserMedia) throw new PictureError('no-camera');
    /** @type {MediaStream} */ let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({
        video: { facingMode: { ideal: 'environment' }, width: { ideal: 1280 }, height: { ideal: 960 } },
      });
    } catch (error) {
      throw new PictureError((error instanceof DOMException && meanings[error.name]) || 'no-camera', error);
    }
    if (turn !== this.#turn) {
      release(stream);
      return false;
    }
    this.#stream = stream;
    for (const track of stream.getTracks()) {
      track.addEventListener('ended', () => {
        if (this.#stream !== stream) return;
        this.stop();
        this.#onlost();
      });
    }
    this.#video.srcObject = stream;
    try {
      await this.#video.play();
    } catch (error) {
      // Stopped while it began, or a browser that will not play.
      if (turn !== this.#turn) return false;
      this.stop();
      throw new PictureError('camera-busy', error);
    }
    return turn === this.#turn;
  }

  /**
   * What it sees now.
   * @returns {import('./pixels.js').Picture}
   * @throws {PictureError}
   */
  take() {
    const { videoWidth, videoHeight } = this.#video;
    if (!this.#stream || videoWidth === 0) throw new PictureError('camera-lost');
    return pixels(this.#video, videoWidth, videoHeight);
  }

  /** Switches it off, also one that is only being asked for. */
  stop() {
    this.#turn++;
    if (!this.#stream) return;
    release(this.#stream);
    this.#stream = null;
    this.#video.srcObject = null;
  }
}

/** @param {MediaStream} stream */
function release(stream) {
  for (const track of stream.getTracks()) track.stop();
}
