// Predictions as fast as they come, and never a queue: while one is computed, only the newest request waits.

/** @template In, Out */
export class Newest {
  /** @type {(input: In) => Promise<Out>} */ #work;
  /** @type {(output: Out) => void} */ #done;
  /** @type {(error: unknown) => void} */ #failed;
  /** @type {{input: In} | null} */ #waiting = null;
  #busy = false;
  #round = 0;

  /**
   * @param {(input: In) => Promise<Out>} work
   * @param {(output: Out) => void} done
   * @param {(error: unknown) => void} failed
   */
  constructor(work, done, failed) {
    this.#work = work;
    this.#done = done;
    this.#failed = failed;
  }

  /** @param {In} input */
  request(input) {
    this.#waiting = { input };
    if (!this.#busy) void this.#run();
  }

  /** Forgets what waits, and the answer to what is being computed. */
  cancel() {
    this.#waiting = null;
    this.#round++;
  }

  async #run() {
    this.#busy = true;
    while (this.#waiting) {
      const { input } = this.#waiting;
      this.#waiting = null;
      const round = this.#round;
      try {
        const output = await this.#work(input);
        if (round === this.#round) this.#done(output);
      } catch (error) {
        if (round === this.#round) this.#failed(error);
      }
    }
    this.#busy = false;
  }
}
