// What the page has loaded, in bytes.

/** @typedef {{bytes: number, transferred: number}} Sum as the files came; and those of it that no cache had */

/** What workers have fetched, by address: they have timelines of their own. @type {Map<string, Sum>} */
const fetched = new Map();

/**
 * Takes down what a network's worker has fetched.
 * @param {import('../croquis.js').Classifier} classifier
 */
export async function record(classifier) {
  const files = await classifier.traffic().catch(() => []);
  for (const { url, bytes, transferred } of files) if (!fetched.has(url)) fetched.set(url, { bytes, transferred });
}

/**
 * Everything since the page was opened. A file that several have fetched counts once.
 * @returns {Sum}
 */
export function traffic() {
  const all = new Map(fetched);
  const own = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
  for (const entry of /** @type {PerformanceResourceTiming[]} */ (own)) {
    all.set(entry.name, { bytes: entry.encodedBodySize, transferred: entry.transferSize });
  }
  const sum = { bytes: 0, transferred: 0 };
  for (const { bytes, transferred } of all.values()) {
    sum.bytes += bytes;
    sum.transferred += transferred;
  }
  return sum;
}
