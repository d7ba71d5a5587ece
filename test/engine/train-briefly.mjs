// @ts-check
// Takes a few steps of training, two shards in two workers, and writes how sessions are made and a hash of the weights.
import { createHash } from 'node:crypto';
import { compiledEngine } from '../../dist/engine/compiled.js';
import { loadNativeRuntime } from '../../dist/engine/native-session.js';

const module = new URL('../bench/step/dense-vae.mjs', import.meta.url).href;
const [rows, latent, width] = [500, 16, 100];
const trainer = await compiledEngine.createTrainer({
  model: { module, factory: 'denseVae', config: { widths: [width, 128], latent } },
  batchRows: rows,
  seed: 1,
  workers: 2,
});
const values = (/** @type {number} */ length, /** @type {number} */ by) =>
  Float32Array.from({ length }, (_, i) => ((i * by) % 101) / 101);
const steps = Array.from({ length: 40 }, (_, i) => ({
  inputs: {
    x: values(rows * width, 7 + i),
    noise: values(rows * latent, 13 + i),
    weights: new Float32Array(rows).fill(1 / rows),
  },
  learningRate: 1e-3,
}));
await trainer.step(steps);
const { average } = await trainer.weights();
await trainer.close();
const way = await loadNativeRuntime().then(
  () => 'by the C API',
  () => 'by copying',
);
console.log(`${way}\n${createHash('sha256').update(Buffer.from(average.buffer)).digest('hex')}`);
