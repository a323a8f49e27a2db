// Faults of keeping, sharing and opening that a visitor is told about.

/**
 * The text "keep.fault.CODE" puts each into words:
 * link-damaged    a link that is cut, mistyped, or no drawing
 * link-newer      a link made by a newer version of this page
 * too-large       a drawing of more strokes or points than a link or the sketchbook holds
 * file-unknown    a file that is neither ndjson with drawings nor an SVG of this page
 * file-damaged    a file that is meant to be one, but cannot be read to its end
 * file-large      a file larger than any that this page writes
 * picture         the browser did not make the picture
 * picture-noise   the browser changes what a page reads from its own canvas
 * store-forbidden the browser keeps nothing for this page: a private window, or switched off
 * store-full      the browser has no room left
 * store-newer     the sketchbook was made by a newer version of this page
 * store-blocked   another tab with another version of this page holds the sketchbook
 * store-lost      the sketchbook went away while it was open, as when the visitor cleared the browser's data
 * store-failed    anything else that went wrong with it
 * @typedef {'link-damaged'|'link-newer'|'too-large'|'file-unknown'|'file-damaged'|'file-large'|'picture'|'picture-noise'|
 *   'store-forbidden'|'store-full'|'store-newer'|'store-blocked'|'store-lost'|'store-failed'} FaultCode
 */

/** An error with a code; its message is for developers. */
export class Fault extends Error {
  /**
   * @param {FaultCode} code
   * @param {string} message
   */
  constructor(code, message) {
    super(message);
    this.name = 'Fault';
    this.code = code;
  }
}
