// Errors that a visitor can be told about.

/**
 * What went wrong, for text.js to put into words:
 * no-wasm   the browser has no WebAssembly (or it is switched off)
 * no-worker the browser has no module workers, or starts no worker for a page from a disk
 * download  a file did not arrive
 * damaged   a file arrived, but is not what it should be
 * check     no kernel computes what the network's golden vectors say
 * kernel    a kernel was asked for that is not there
 * input     what was to be classified is no drawing or picture
 * overtaken a newer call took this one's place
 * crashed   the program stopped
 * closed    the classifier was closed
 * @typedef {'no-wasm'|'no-worker'|'download'|'damaged'|'check'|'kernel'|'input'|'overtaken'|'crashed'|'closed'} Code
 */

/** An error with a code; its message is for developers. */
export class CroquisError extends Error {
  /**
   * @param {Code} code
   * @param {string} message
   */
  constructor(code, message) {
    super(message);
    this.name = 'CroquisError';
    this.code = code;
  }
}

/**
 * What an exception says, whatever was thrown.
 * @param {unknown} error
 * @returns {string}
 */
export function reason(error) {
  return error instanceof Error ? error.message : String(error);
}
