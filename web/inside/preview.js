// The 28×28 picture that the network sees, as it sees it: square pixels, ink bright on dark as in its photos.

const SIDE = 28;

export class Preview {
  /** @type {CanvasRenderingContext2D | null} */ #context;

  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    canvas.width = canvas.height = SIDE;
    this.#context = canvas.getContext('2d');
    this.clear();
  }

  /** Transparent, so that nothing to see is not a black picture. */
  clear() {
    this.#context?.clearRect(0, 0, SIDE, SIDE);
  }

  /** @param {Uint8Array} image */
  show(image) {
    const pixels = new ImageData(SIDE, SIDE);
    for (let i = 0; i < image.length; i++) {
      pixels.data.fill(image[i], 4 * i, 4 * i + 3);
      pixels.data[4 * i + 3] = 255;
    }
    this.#context?.putImageData(pixels, 0, 0);
  }
}
