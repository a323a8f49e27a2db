// What can go wrong with a picture, for the visitor to be told: "pictures.fault.CODE" in the texts.

/**
 * empty      the file has no bytes
 * unreadable the file cannot be read, as when it was moved since it was chosen
 * none       what was dropped or pasted holds no picture
 * drawing    it is a drawing in SVG, which may hold programs and is not opened
 * document   it is a page, a text or another document
 * video      it is a film
 * heic       this browser cannot show HEIC
 * format     this browser cannot show this kind of picture
 * large      it has more pixels than can be decoded safely
 * broken     it is damaged
 * readback   this browser scrambles what a page reads from a picture
 * no-camera, camera-denied, camera-busy, camera-missing, camera-lost   see camera.js
 * @typedef {'empty' | 'unreadable' | 'none' | 'drawing' | 'document' | 'video' | 'heic' | 'format' | 'large' | 'broken' |
 *   'readback' | 'no-camera' | 'camera-denied' | 'camera-busy' | 'camera-missing' | 'camera-lost'} Code
 */

export class PictureError extends Error {
  /**
   * @param {Code} code
   * @param {unknown} [cause]
   */
  constructor(code, cause) {
    super(code, { cause });
    this.name = 'PictureError';
    this.code = code;
  }
}
