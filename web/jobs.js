// Calls that take many predictions. They are cut into steps, between which the worker answers what has come meanwhile, so
// that the newest drawing is named at once. Used by the worker alone.

/**
 * A job yields after every prediction and returns the reply and the memory to hand over with it.
 * @typedef {Generator<void, [reply: object, transfer: Transferable[]], void>} Steps
 */

/** Milliseconds after which a job lets others in. */
const SLICE = 4;

/** Runs one job of a kind at a time: a newer one takes the older one's place. Kinds take turns. */
export class Jobs {
  /** @type {Map<string, {id: number, steps: Steps}>} */ #jobs = new Map();
  #turns = new MessageChannel(); // a message to oneself lets in all that came before it, without a timer's delay
  #awaited = false;

  /**
   * @param {(id: number, reply: object, transfer: Transferable[]) => void} done
   * @param {(id: number, error: unknown) => void} failed
   * @param {(id: number) => void} overtaken
   */
  constructor(done, failed, overtaken) {
    this.done = done;
    this.failed = failed;
    this.overtaken = overtaken;
    this.#turns.port1.onmessage = () => {
      this.#awaited = false;
      this.#turn();
    };
  }

  /**
   * @param {string} kind
   * @param {number} id
   * @param {Steps} steps
   */
  start(kind, id, steps) {
    const older = this.#jobs.get(kind);
    if (older) this.overtaken(older.id);
    this.#jobs.delete(kind);
    this.#jobs.set(kind, { id, steps });
    this.#await();
  }

  #await() {
    if (this.#awaited || this.#jobs.size === 0) return;
    this.#awaited = true;
    this.#turns.port2.postMessage(null);
  }

  #turn() {
    const [first] = this.#jobs;
    const [kind, { id, steps }] = first;
    this.#jobs.delete(kind);
    try {
      for (const end = performance.now() + SLICE; ; ) {
        const { done, value } = steps.next();
        if (done) {
          this.done(id, ...value);
          break;
        }
        if (performance.now() >= end) {
          this.#jobs.set(kind, { id, steps }); // last in the row
          break;
        }
      }
    } catch (error) {
      this.failed(id, error);
    }
    this.#await();
  }
}

/**
 * The part of a drawing that consists of its first points. A stroke that is not finished yet is not filled.
 * @param {import('./program.js').Drawing} drawing
 * @param {number} n
 * @returns {import('./program.js').Drawing}
 */
function beginning({ points, lengths, sizes, fills }, n) {
  /** @type {number[]} */ const some = [];
  const filled = Uint8Array.from(fills);
  for (let left = n, i = 0; left > 0; left -= lengths[i], i++) {
    some.push(Math.min(left, lengths[i]));
    if (left < lengths[i]) filled[i] = 0;
  }
  const strokes = some.length;
  return {
    points: points.subarray(0, 2 * n),
    lengths: Int32Array.from(some),
    sizes: sizes.subarray(0, strokes),
    fills: filled.subarray(0, strokes),
  };
}

/**
 * A drawing without one of its strokes.
 * @param {import('./program.js').Drawing} drawing
 * @param {number} out
 * @param {number} at the number of points before it
 * @returns {import('./program.js').Drawing}
 */
function without({ points, lengths, sizes, fills }, out, at) {
  const rest = new Float32Array(points.length - 2 * lengths[out]);
  rest.set(points.subarray(0, 2 * at));
  rest.set(points.subarray(2 * (at + lengths[out])), 2 * at);
  const others = (/** @type {number} */ _, /** @type {number} */ i) => i !== out;
  return { points: rest, lengths: lengths.filter(others), sizes: sizes.filter(others), fills: fills.filter(others) };
}

/**
 * The probability of a class, of the whole drawing and without each of its strokes. What is blank is nothing: 0.
 * @param {import('./program.js').Program} program
 * @param {import('./program.js').Drawing} drawing
 * @param {number} index
 * @returns {Steps}
 */
export function* why(program, drawing, index) {
  const of = (/** @type {import('./program.js').Drawing} */ d) => (program.predict(d) ? program.probability(index) : 0);
  const probability = of(drawing);
  const left = new Float32Array(drawing.lengths.length);
  for (let i = 0, at = 0; i < left.length; at += drawing.lengths[i], i++) {
    yield;
    left[i] = of(without(drawing, i, at));
  }
  return [{ probability, without: left }, [left.buffer]];
}

/**
 * The answers over the course of a drawing, at so many moments that lie evenly over its points, the last the whole of it.
 * An answer is all zero while there is nothing to name; with each come its energy and where its drawing was found.
 * @param {import('./program.js').Program} program
 * @param {import('./program.js').Drawing} drawing
 * @param {number} moments
 * @returns {Steps}
 */
export function* course(program, drawing, moments) {
  const total = drawing.points.length / 2;
  const n = Math.min(moments, total);
  const points = Array.from({ length: n }, (_, k) => Math.round(((k + 1) * total) / n));
  /** @type {Float32Array[]} */ const probabilities = [];
  /** @type {number[]} */ const energies = [];
  /** @type {unknown[]} */ const fits = [];
  for (const drawn of points) {
    const named = program.predict(beginning(drawing, drawn));
    const answer = program.probabilities();
    probabilities.push(named ? answer : answer.fill(0));
    energies.push(named ? program.energy() : 0);
    fits.push(named ? program.fit() : null);
    yield;
  }
  return [{ points, probabilities, energies, fits }, probabilities.map((p) => p.buffer)];
}

/** Side of the picture, of the square that covers a place of it, and how far it moves, in pixels. */
const SIDE = 28;
const COVER = 6;
const STRIDE = 2;

/**
 * By how much covering each place of the picture with paper lowers the probability of a class: a square is moved over it, and
 * a pixel gets the mean over all squares that cover it (occlusion: Zeiler and Fergus, "Visualizing and understanding
 * convolutional networks", 2014).
 * @param {import('./program.js').Program} program
 * @param {import('./program.js').Drawing | import('./program.js').Picture} input
 * @param {number} index
 * @returns {Steps}
 */
export function* heat(program, input, index) {
  const values = new Float32Array(SIDE * SIDE);
  const reply = { shape: [SIDE, SIDE], values };
  if (!program.predict(input)) return [reply, [values.buffer]];
  const whole = program.probability(index);
  const drawn = !('values' in input) || input.drawn === true;
  const picture = 'values' in input ? input.values : Float32Array.from(program.image(), (v) => v / 255);
  const squares = new Uint8Array(values.length);
  for (let top = STRIDE - COVER; top < SIDE; top += STRIDE) {
    for (let left = STRIDE - COVER; left < SIDE; left += STRIDE) {
      const covered = picture.slice();
      let ink = 0;
      each(top, left, (i) => {
        ink += picture[i];
        covered[i] = 0;
        squares[i]++;
      });
      if (ink === 0) continue; // paper on paper changes nothing
      program.predict({ values: covered, drawn });
      const lowered = whole - program.probability(index);
      each(top, left, (i) => {
        values[i] += lowered;
      });
      yield;
    }
  }
  for (let i = 0; i < values.length; i++) values[i] /= squares[i];
  return [reply, [values.buffer]];
}

/**
 * The pixels of a square that are in the picture.
 * @param {number} top
 * @param {number} left
 * @param {(pixel: number) => void} f
 */
function each(top, left, f) {
  for (let y = Math.max(top, 0); y < Math.min(top + COVER, SIDE); y++) {
    for (let x = Math.max(left, 0); x < Math.min(left + COVER, SIDE); x++) f(y * SIDE + x);
  }
}
