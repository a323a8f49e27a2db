// A stroke as the path of an SVG, as smooth as on the sheet: a curve goes from the middle of each segment to the middle of the
// next, with the point between them as its control.

/**
 * @param {import('./stroke.js').Stroke} stroke
 * @returns {string} the data of a path
 */
export function pathOf({ points, fill }) {
  let path = `M${points[0]} ${points[1]}`;
  for (let i = 2; i + 2 < points.length; i += 2) {
    path += `Q${points[i]} ${points[i + 1]} ${(points[i] + points[i + 2]) / 2} ${(points[i + 1] + points[i + 3]) / 2}`;
  }
  return `${path}L${points.at(-2)} ${points.at(-1)}${fill ? 'Z' : ''}`;
}
