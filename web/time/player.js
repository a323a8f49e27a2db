// Plays moments one after the other.

/** So long takes the whole course, in ms. */
const WHOLE = 4000;

/** For those who want no motion: so long stands each stroke, in ms. */
const STILL = 1200;

export class Player {
  #timer = 0;
  #playing = false;
  #still = matchMedia('(prefers-reduced-motion: reduce)');
  /** @type {(moment: number) => void} */ #show;
  /** @type {(playing: boolean) => void} */ #changed;

  /**
   * @param {(moment: number) => void} show
   * @param {(playing: boolean) => void} changed called when playing begins or ends
   */
  constructor(show, changed) {
    this.#show = show;
    this.#changed = changed;
  }

  get playing() {
    return this.#playing;
  }

  /**
   * @param {number} from the moment to begin with
   * @param {number} last the last moment
   * @param {number[]} stops the moments at which a stroke is whole
   */
  play(from, last, stops) {
    this.stop();
    this.#playing = true;
    this.#changed(true);
    if (this.#still.matches) this.#steps(stops.filter((moment) => moment > from || from === last));
    else this.#run(from >= last ? 0 : from, last);
  }

  stop() {
    if (!this.#playing) return;
    cancelAnimationFrame(this.#timer);
    clearTimeout(this.#timer);
    this.#playing = false;
    this.#changed(false);
  }

  /**
   * @param {number} from
   * @param {number} last
   */
  #run(from, last) {
    let begin = 0;
    const step = (/** @type {number} */ now) => {
      begin ||= now - (from / Math.max(1, last)) * WHOLE;
      const share = Math.min((now - begin) / WHOLE, 1);
      this.#show(Math.round(share * last));
      if (share < 1) this.#timer = requestAnimationFrame(step);
      else this.stop();
    };
    this.#timer = requestAnimationFrame(step);
  }

  /** @param {number[]} stops */
  #steps([next, ...others]) {
    if (next !== undefined) this.#show(next);
    if (others.length > 0) this.#timer = setTimeout(() => this.#steps(others), STILL);
    else this.stop();
  }
}
