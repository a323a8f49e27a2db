// Everything the page says that is not in index.html.

/** @param {number} bytes */
const megabytes = (bytes) => (bytes / 1e6).toFixed(1);

/** @param {number} share 0 to 1 */
export const percent = (share) => `${(100 * share).toFixed(1)} %`;

/** @param {number} n */
const short = (n) => new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 }).format(n);

export const text = {
  loading: 'Getting the network…',
  /** @param {{loaded: number, total: number}} progress */
  progress: ({ loaded, total }) => (total > 0 ? `${megabytes(Math.min(loaded, total))} of ${megabytes(total)} MB` : `${megabytes(loaded)} MB`),
  starting: 'Starting…',

  blank: 'Draw a garment',
  blankHint: 'an outline is enough',
  waiting: 'Go on',
  waitingHint: 'the network is on its way',
  ready: 'Ready',
  readyHint: 'press Predict',
  staleHint: 'Changed since: press Predict',
  unsure: 'Not sure',
  /** @param {string[]} labels */
  unsureHint: (labels) => `${labels.join(' or ')}?`,
  other: 'other',

  /**
   * For those who listen: the whole answer in a sentence.
   * @param {import('../answer/shares.js').Share[]} shares
   * @param {boolean} sure
   */
  spoken: (shares, sure) =>
    `${sure ? '' : 'Not sure. '}${shares.map(({ label, probability }) => `${label} ${Math.round(100 * probability)} percent`).join(', ')}.`,
  spokenBlank: 'Nothing is drawn.',
  /** @param {import('../answer/shares.js').Share[]} shares */
  pie: (shares) =>
    shares.length === 0 ? 'No pie yet' : `Pie chart: ${shares.map(({ label, probability }) => `${label} ${percent(probability)}`).join(', ')}`,

  /** @param {number} ms */
  ms: (ms) => (ms < 0.1 ? 'under 0.1 ms' : `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`),
  /** @param {string} kernel */
  kernel: (kernel) => ({ relaxed: 'WebAssembly with fused SIMD', simd128: 'WebAssembly with SIMD', portable: 'WebAssembly' })[kernel] ?? kernel,
  /** @param {import('../croquis.js').Info} info */
  network: (info) => `${info.name}, ${short(info.parameters)} weights`,

  chartFailed: 'The chart did not load; the numbers say the same. Reload the page to try again.',

  /**
   * What a visitor is told when something failed, and whether trying again can help.
   * @param {string} code
   * @returns {{title: string, hint: string}}
   */
  failure(code) {
    return (
      {
        'no-wasm': {
          title: 'This browser has no WebAssembly',
          hint: 'The network runs inside the page and needs it. A current Firefox, Chrome, Edge or Safari has it, unless it was switched off in the settings.',
        },
        'no-worker': {
          title: 'This browser cannot run the network',
          hint: 'It does not start module workers. A current Firefox, Chrome, Edge or Safari does.',
        },
        download: {
          title: 'The network did not arrive',
          hint: 'The connection broke, or the server did not answer. Your drawing is kept.',
        },
        damaged: {
          title: 'The network arrived damaged',
          hint: 'What was downloaded is not what it should be. Trying again fetches it anew. Your drawing is kept.',
        },
        check: {
          title: 'The network gives wrong answers here',
          hint: 'It was tried on pictures with known answers, and this browser computed something else. Trying again may help, another browser will.',
        },
        crashed: {
          title: 'The network stopped',
          hint: 'Perhaps the device ran out of memory. Your drawing is kept.',
        },
      }[code] ?? { title: 'Something went wrong', hint: 'That should not have happened. Your drawing is kept.' }
    );
  },
};
