// The worker: starts the Go program, ties the kernels to it, and answers messages. Messages in and out are those that
// croquis.js sends and awaits; every one in after "load" has an id to answer to.

import { reason } from './errors.js';
import { Jobs, course, heat, why } from './jobs.js';
import './wasm_exec.js'; // Go's own, of the version that built the program; defines globalThis.Go
import { tie } from './kernel.js';
import { InputError, Program } from './program.js';

/** @typedef {import('./manifest.js').Resource} Resource */

/** @type {Program} */
let program;

/**
 * @param {string} code
 * @param {unknown} error
 */
function fail(code, error) {
  postMessage({ type: 'error', code, message: reason(error) });
}

/**
 * Where a file is: at an address of the worker's own if it was handed over.
 * @param {Resource} resource
 */
const addressOf = ({ url, blob }) => (blob ? URL.createObjectURL(blob) : url);

/**
 * Fetches the program and compiles it while it comes; reports the bytes.
 * @param {Resource} program
 * @returns {Promise<WebAssembly.Module>}
 */
async function compile(program) {
  const url = addressOf(program);
  const response = await fetch(url);
  if (!response.ok || !response.body) throw new Error(`${url}: the server answers ${response.status}`);
  let loaded = 0;
  const counter = new TransformStream({
    transform(chunk, controller) {
      loaded += chunk.byteLength;
      postMessage({ type: 'progress', stage: 'program', loaded, total: program.bytes });
      controller.enqueue(chunk);
    },
  });
  // The type is set here and not taken from the server: compileStreaming insists on it, and some hosts get it wrong.
  const typed = new Response(response.body.pipeThrough(counter), { headers: { 'Content-Type': 'application/wasm' } });
  const module = await WebAssembly.compileStreaming(typed);
  try {
    postMessage({ type: 'compiled', module });
  } catch {
    // A browser that cannot hand it over compiles it once more for the next worker.
  }
  return module;
}

/**
 * @param {{program: Resource, module: WebAssembly.Module | null, weights: Resource, kernels: Record<string, Resource>, kernel: string}} what
 */
async function load({ program: code, module, weights, kernels, kernel }) {
  const runtime = new globalThis.Go();
  const knot = tie(runtime.importObject, (/** @type {string} */ name) => kernels[name] && addressOf(kernels[name]));
  /** @type {WebAssembly.Instance} */
  let instance;
  try {
    instance = await WebAssembly.instantiate(module ?? (await compile(code)), runtime.importObject);
  } catch (error) {
    return fail(error instanceof WebAssembly.CompileError || error instanceof WebAssembly.LinkError ? 'damaged' : 'download', error);
  }
  await knot(instance);

  globalThis.croquisReport = (/** @type {any} */ message) => {
    switch (message.type) {
      case 'started':
        globalThis.croquisLoad({ url: addressOf(weights), bytes: weights.bytes, kernel });
        break;
      case 'progress':
        postMessage({ ...message, stage: 'weights' });
        break;
      case 'loaded':
        program = new Program(/** @type {any} */ (instance.exports), message.info);
        postMessage(message);
        break;
      case 'error':
        postMessage(message);
        break;
    }
  };
  try {
    await runtime.run(instance);
    throw new Error('the program ended');
  } catch (error) {
    fail('crashed', error);
    postMessage({ type: 'crashed', message: reason(error) });
  }
}

/**
 * @param {number} id
 * @param {object} reply
 * @param {Transferable[]} [transfer]
 */
function answer(id, reply, transfer = []) {
  postMessage({ ...reply, id, type: 'answer' }, { transfer });
}

/**
 * @param {number} id
 * @param {unknown} error
 */
function refuse(id, error) {
  // But for what was to be named, it is a trap or a panic inside Go: nothing of its state can be trusted any more.
  if (error instanceof InputError) postMessage({ id, type: 'error', code: 'input', message: reason(error) });
  else postMessage({ type: 'crashed', message: reason(error) });
}

const jobs = new Jobs(answer, refuse, (id) => {
  postMessage({ id, type: 'error', code: 'overtaken', message: 'a newer call of the same kind came' });
});

/**
 * @param {number} id
 * @param {import('./program.js').Drawing | import('./program.js').Picture} input
 */
function classify(id, input) {
  const begin = performance.now();
  const named = program.predict(input);
  const ms = performance.now() - begin;
  const image = program.image();
  const probabilities = named ? program.probabilities() : null;
  const energy = named ? program.energy() : null;
  const fit = named && !('values' in input) ? program.fit() : null;
  answer(id, { ms, image, probabilities, energy, fit });
}

/** @param {any} entry of the browser's timeline */
const fetched = ({ name, encodedBodySize, transferSize }) => ({ url: name, bytes: encodedBodySize, transferred: transferSize });

onmessage = ({ data }) => {
  const { id, type, input } = data;
  try {
    switch (type) {
      case 'load':
        void load(data);
        break;
      case 'classify':
        classify(id, input);
        break;
      case 'inside': {
        const layers = program.predict(input) ? program.inside() : [];
        answer(id, { layers }, layers.map(({ maps }) => maps.buffer));
        break;
      }
      case 'filters':
        answer(id, program.filters(data.layer));
        break;
      case 'why':
        jobs.start(type, id, why(program, input, data.index));
        break;
      case 'heat':
        jobs.start(type, id, heat(program, input, data.index));
        break;
      case 'course':
        jobs.start(type, id, course(program, input, data.moments));
        break;
      case 'bench':
        answer(id, program.bench(data.runs));
        break;
      case 'traffic':
        answer(id, { files: performance.getEntriesByType('resource').map(fetched) });
        break;
      case 'memory':
        answer(id, program.memory());
        break;
    }
  } catch (error) {
    refuse(id, error);
  }
};
