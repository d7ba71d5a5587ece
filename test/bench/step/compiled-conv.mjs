// @ts-check
// One contender of the convolutional step: the compiled engine.
import { compiledEngine } from '../../../dist/engine/compiled.js';
import { vaeReference } from '../../../dist/models/vae-reference.js';
import { answerRounds } from './answer-rounds.mjs';

const [rows, latent] = [128, 2];
const trainer = await compiledEngine.createTrainer({
  model: vaeReference({
    spans: [{ name: 'image', likelihood: 'bernoulli', width: 784, shape: [28, 28, 1] }],
    network: { kind: 'convolutional', filters: [32, 64], kernelSize: 3, stride: 2, hidden: [16], activation: 'relu' },
    latent,
    freeBits: 0,
  }),
  batchRows: rows,
  seed: 1,
});
const random = (/** @type {number} */ length) => Float32Array.from({ length }, () => Math.random());
const steps = Array.from({ length: 4 }, () => ({
  inputs: {
    values: random(rows * 784),
    noise: random(rows * latent),
    weights: new Float32Array(rows).fill(1 / rows),
    beta: Float32Array.of(1),
  },
  learningRate: 1e-3,
}));
for (let i = 0; i < 3; i += 1) await trainer.step(steps);
await answerRounds(async () => {
  await trainer.step(steps);
  return steps.length;
});
