// Elements in code. Nothing is ever made from a string of HTML.

/**
 * An attribute, a listener ("onclick": fn), or, for true and false, one that is there or not. null leaves it out.
 * @typedef {string | number | boolean | null | undefined | ((event: any) => void)} Value
 */

/** @typedef {Node | string | null | undefined | false} Child */

/**
 * The element of the page with this id, which must be there.
 * @template {Element} [T=HTMLElement]
 * @param {string} id
 * @returns {T}
 */
export function $(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no element #${id}`);
  return /** @type {T} */ (/** @type {unknown} */ (element));
}

/**
 * Makes an element.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, Value>} [attributes]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, attributes = {}, ...children) {
  return dress(document.createElement(tag), attributes, children);
}

/**
 * Makes an element of a drawing.
 * @template {keyof SVGElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, Value>} [attributes]
 * @param {...Child} children
 * @returns {SVGElementTagNameMap[K]}
 */
export function svg(tag, attributes = {}, ...children) {
  return dress(/** @type {any} */ (document.createElementNS('http://www.w3.org/2000/svg', tag)), attributes, children);
}

/**
 * One of the symbols of index.html, as decoration.
 * @param {string} symbol its id
 * @param {number} [size] of its view box
 * @returns {SVGSVGElement}
 */
export function icon(symbol, size = 48) {
  return svg('svg', { viewBox: `0 0 ${size} ${size}`, 'aria-hidden': 'true' }, svg('use', { href: `#${symbol}` }));
}

/**
 * Gives an element its words, if they are others than before: the same words again would be laid out and painted again.
 * @param {Element} element
 * @param {string} words
 */
export function tell(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

/** @returns {ScrollBehavior} that the visitor can bear */
const pace = () => (matchMedia('(prefers-reduced-motion: reduce)').matches ? 'instant' : 'smooth');

/**
 * Has an element in sight.
 * @param {Element} element
 * @param {ScrollLogicalPosition} [block] by default where it takes the least scrolling
 */
export const bringUp = (element, block = 'nearest') => element.scrollIntoView({ behavior: pace(), block });

/**
 * Has an element that stands low in the window no lower than in its middle, so that what is above can still be seen.
 * @param {Element} element
 */
export function raise(element) {
  const low = element.getBoundingClientRect().top - innerHeight / 2;
  if (low > 0) scrollBy({ top: low, behavior: pace() });
}

/**
 * Says that a control is of no use now. Unlike with "disabled" it keeps the focus of those who have just used it; its
 * listener has to ask for isOff.
 * @param {HTMLElement} control
 * @param {boolean} off
 */
export function turn(control, off) {
  if (off) control.setAttribute('aria-disabled', 'true');
  else control.removeAttribute('aria-disabled');
}

/**
 * @param {HTMLElement} control
 * @returns {boolean} whether turn has said that the control is of no use
 */
export const isOff = (control) => control.getAttribute('aria-disabled') === 'true';

/**
 * Does something by which a place may go out of sight, and hands on the focus that would be lost with it.
 * @param {HTMLElement} place
 * @param {HTMLElement} heir
 * @param {() => void} act
 */
export function bequeath(place, heir, act) {
  const held = place.contains(document.activeElement);
  act();
  if (held && place.getClientRects().length === 0) heir.focus({ preventScroll: true });
}

/**
 * @template {Element} E
 * @param {E} element
 * @param {Record<string, Value>} attributes
 * @param {Child[]} children
 * @returns {E}
 */
function dress(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (typeof value === 'boolean') element.toggleAttribute(name, value);
    else if (value !== null && value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}
