// What the page's modules meet without importing it.

/** Go's runtime, defined by wasm_exec.js, which comes with Go and is put beside worker.js when the site is built. */
declare var Go: new () => {
  importObject: WebAssembly.Imports;
  run(instance: WebAssembly.Instance): Promise<void>;
};

declare module '*/wasm_exec.js';

/** The program reports to the worker: see wasm/host.go. */
declare var croquisReport: (message: { type: string; [field: string]: any }) => void;

/** The worker tells the program what to load: see wasm/host.go. */
declare var croquisLoad: (what: { url: string; bytes: number; kernel: string }) => void;

/** The worker's modules in the page that is one file, each after those that it imports: see internal/site/single.go. */
declare var workerModules: [name: string, text: string][];
