// What the camera sees, with a button that takes a picture of it.

import { h } from '../page/dom.js';
import { text } from '../page/text.js';
import { Camera } from './camera.js';
import { PictureError } from './fault.js';

export class Viewfinder {
  #opener;
  #ontaken;
  #onfault;
  #video = h('video', { playsinline: true, muted: true, 'aria-label': text('pictures.viewfinder') });
  #take = h('button', { type: 'button', class: 'primary', onclick: () => this.#shoot() }, text('pictures.take'));
  #camera = new Camera(this.#video, () => this.#fail(new PictureError('camera-lost')));

  /**
   * @param {HTMLElement} opener gets the focus back
   * @param {(picture: import('./pixels.js').Picture) => void} ontaken
   * @param {(error: unknown) => void} onfault
   */
  constructor(opener, ontaken, onfault) {
    this.#opener = opener;
    this.#ontaken = ontaken;
    this.#onfault = onfault;
    this.#video.muted = true; // the attribute alone does not count for an element made by a script
    this.element = h(
      'div',
      { class: 'viewfinder', hidden: true },
      this.#video,
      h('div', { class: 'buttons' }, this.#take, h('button', { type: 'button', onclick: () => this.close() }, text('pictures.cameraOff'))),
    );
    this.element.addEventListener('keydown', ({ key }) => key === 'Escape' && this.close());
  }

  /** Asks for the camera and shows what it sees. */
  async start() {
    try {
      const on = await this.#camera.start();
      if (!on) return;
      this.element.hidden = false;
      this.#take.focus({ preventScroll: true });
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Switches the camera off. */
  close() {
    this.#camera.stop();
    if (this.element.contains(document.activeElement)) this.#opener.focus({ preventScroll: true });
    this.element.hidden = true;
  }

  #shoot() {
    try {
      const picture = this.#camera.take();
      this.close();
      this.#ontaken(picture);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** @param {unknown} error */
  #fail(error) {
    this.close();
    this.#onfault(error);
  }
}
