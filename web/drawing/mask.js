// Sets of places on the sheet, a unit apart, with some room around it: enough to tell what lines enclose.

import { place, SIDE } from './stroke.js';

/** Room around the sheet for the way around lines at its edge: more than fill.js ever grows anything. */
const MARGIN = 28;
const N = SIDE + 1 + 2 * MARGIN;

/** @param {number} v a coordinate in units */
const cell = (v) => Math.round(v) + MARGIN;

export class Mask {
  /** 1 for places in the set, row by row. */
  #cells = new Uint8Array(N * N);

  /**
   * The set of places for which something holds.
   * @param {(i: number) => boolean} holds asked with the place's number, as distances() counts them
   */
  static where(holds) {
    const mask = new Mask();
    for (let i = 0; i < N * N; i++) mask.#cells[i] = holds(i) ? 1 : 0;
    return mask;
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  has(x, y) {
    return this.#cells[cell(y) * N + cell(x)] === 1;
  }

  /**
   * Adds a line, which leaves no way through between places beside each other.
   * @param {readonly number[]} s its points
   * @param {boolean} closed
   */
  line(s, closed) {
    for (let i = closed ? 0 : 2; i < s.length; i += 2) {
      const [x0, y0] = i === 0 ? [s[s.length - 2], s[s.length - 1]] : [s[i - 2], s[i - 1]];
      const [dx, dy] = [s[i] - x0, s[i + 1] - y0];
      const n = Math.max(1, Math.ceil(Math.max(Math.abs(dx), Math.abs(dy))));
      for (let k = 0; k <= n; k++) this.#cells[cell(y0 + (dy * k) / n) * N + cell(x0 + (dx * k) / n)] = 1;
    }
  }

  /** All places that are not in the set. */
  inverse() {
    return Mask.where((i) => this.#cells[i] === 0);
  }

  /**
   * All places no further than so many units from the set.
   * @param {number} reach
   */
  grown(reach) {
    const far = this.distances();
    return Mask.where((i) => far[i] <= reach);
  }

  /** The part of the set that is connected with the edge of the room around the sheet. */
  outside() {
    return this.#flood(0);
  }

  /**
   * The part of the set that is connected with a place, without crossing walls.
   * @param {number} x
   * @param {number} y
   * @param {Mask} walls
   * @returns {Mask | null} null if the place itself is not in the set, or on a wall
   */
  piece(x, y, walls) {
    const free = Mask.where((i) => this.#cells[i] > walls.#cells[i]);
    return free.has(x, y) ? free.#flood(cell(y) * N + cell(x)) : null;
  }

  /**
   * @param {number} from
   * @returns {Mask} what is reached within the set, across edges and not corners
   */
  #flood(from) {
    const reached = new Mask();
    if (!this.#cells[from]) return reached;
    const queue = new Int32Array(N * N);
    let [head, tail] = [0, 0];
    const visit = (/** @type {number} */ i) => {
      if (!this.#cells[i] || reached.#cells[i]) return;
      reached.#cells[i] = 1;
      queue[tail++] = i;
    };
    visit(from);
    while (head < tail) {
      const i = queue[head++];
      const x = i % N;
      if (x > 0) visit(i - 1);
      if (x < N - 1) visit(i + 1);
      if (i >= N) visit(i - N);
      if (i < N * N - N) visit(i + N);
    }
    return reached;
  }

  /**
   * The distance of every place to the set (Felzenszwalb and Huttenlocher, "Distance transforms of sampled functions",
   * 2012: along the columns, then along the rows).
   * @returns {Float64Array} in units, row by row; Infinity if the set is empty
   */
  distances() {
    const d = new Float64Array(N * N);
    for (let i = 0; i < d.length; i++) d[i] = this.#cells[i] ? 0 : Infinity;
    const envelope = new Envelope();
    for (let x = 0; x < N; x++) envelope.transform(d, x, N);
    for (let y = 0; y < N; y++) envelope.transform(d, y * N, 1);
    for (let i = 0; i < d.length; i++) d[i] = Math.sqrt(d[i]);
    return d;
  }

  /**
   * The line around the set, which must be in one piece; holes in it are passed over.
   * @returns {number[] | null} points, about a unit apart; null for no more than a speck
   */
  outline() {
    const first = this.#cells.indexOf(1);
    const at = (/** @type {number} */ x, /** @type {number} */ y) => this.#cells[y * N + x] === 1;
    // Along the edges of places, as of little squares, with the set to the right. The topmost is on the outer edge.
    const [startX, startY] = [first % N, Math.floor(first / N)];
    let [x, y, dx, dy] = [startX, startY, 1, 0];
    /** @type {number[]} */
    const corners = [];
    do {
      corners.push(x - 0.5 - MARGIN, y - 0.5 - MARGIN);
      [x, y] = [x + dx, y + dy];
      // The squares ahead, to the right and to the left.
      const right = at(x + (dx - dy - 1) / 2, y + (dx + dy - 1) / 2);
      const left = at(x + (dx + dy - 1) / 2, y + (dy - dx - 1) / 2);
      if (!right) [dx, dy] = [-dy, dx];
      else if (left) [dx, dy] = [dy, -dx];
    } while (x !== startX || y !== startY || dx !== 1);
    return corners.length < 24 ? null : softened(corners);
  }
}

/**
 * Takes the steps out of a closed line of unit steps: each point is the middle of some before and after it.
 * @param {number[]} s
 * @returns {number[]}
 */
function softened(s) {
  const n = s.length / 2;
  const reach = 3;
  /** @type {number[]} */
  const out = [];
  for (let i = 0; i < n; i++) {
    let [x, y] = [0, 0];
    for (let k = -reach; k <= reach; k++) {
      const j = (i + k + n) % n;
      x += s[2 * j];
      y += s[2 * j + 1];
    }
    out.push(place(x / (2 * reach + 1)), place(y / (2 * reach + 1)));
  }
  return out;
}

/** The lower envelope of parabolas: the distance transform of one row or column. */
class Envelope {
  #height = new Float64Array(N);
  #apex = new Int32Array(N);
  #from = new Float64Array(N + 1);

  /**
   * Replaces N values by the least of (distance² + value) over all of them.
   * @param {Float64Array} d
   * @param {number} start
   * @param {number} stride
   */
  transform(d, start, stride) {
    const [f, apex, from] = [this.#height, this.#apex, this.#from];
    let last = -1;
    for (let q = 0; q < N; q++) {
      f[q] = d[start + q * stride];
      if (f[q] === Infinity) continue;
      let meet = -Infinity;
      while (last >= 0) {
        const p = apex[last];
        meet = (f[q] + q * q - f[p] - p * p) / (2 * (q - p));
        if (meet > from[last]) break;
        last--;
      }
      last++;
      apex[last] = q;
      from[last] = last === 0 ? -Infinity : meet;
    }
    if (last < 0) return;
    from[last + 1] = Infinity;
    for (let q = 0, k = 0; q < N; q++) {
      while (from[k + 1] < q) k++;
      d[start + q * stride] = (q - apex[k]) ** 2 + f[apex[k]];
    }
  }
}
