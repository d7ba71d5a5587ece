// @ts-check
// One contender of the step benchmark: the compiled engine.
import { compiledEngine } from '../../../dist/engine/compiled.js';
import { answerRounds } from './answer-rounds.mjs';
import { shapes } from './shapes.mjs';

const name = process.argv[3] ?? 'tiny';
const shape = /** @type {Record<string, import('./shapes.mjs').Shape>} */ (shapes)[name] ?? shapes.tiny;
const { rows, latent, widths } = shape;
const module = new URL('./dense-vae.mjs', import.meta.url).href;
const trainer = await compiledEngine.createTrainer({
  model: { module, factory: 'denseVae', config: shape },
  batchRows: rows,
  seed: 1,
});
const random = (/** @type {number} */ length) => Float32Array.from({ length }, () => Math.random());
const steps = Array.from({ length: 16 }, () => ({
  inputs: {
    x: random(rows * (widths[0] ?? 1)),
    noise: random(rows * latent),
    weights: new Float32Array(rows).fill(1 / rows),
  },
  learningRate: 1e-3,
}));
for (let i = 0; i < 5; i += 1) await trainer.step(steps);
// As a training does: the next steps are handed over while these are being taken.
let taken = trainer.step(steps);
await answerRounds(async () => {
  const next = trainer.step(steps);
  await taken;
  taken = next;
  return steps.length;
});
