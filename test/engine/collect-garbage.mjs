// @ts-check
// Makes a session by the C API after garbage was collected, and writes how many inputs it has. Needs --expose-gc.
import { setImmediate as macrotask } from 'node:timers/promises';
import { compile } from '../../dist/engine/compile.js';
import { loadNativeRuntime } from '../../dist/engine/native-session.js';

const module = new URL('../bench/step/dense-vae.mjs', import.meta.url).href;
const config = { widths: [20, 64], latent: 8 };
const { gradients } = await compile({ model: { module, factory: 'denseVae', config }, batchRows: 64, seed: 1 });
const runtime = await loadNativeRuntime();
for (let i = 0; i < 5; i += 1) {
  /** @type {() => void} */ (globalThis.gc)();
  await macrotask();
}
const session = runtime.createSession(gradients);
console.log(session.inputs.length);
session.close();
