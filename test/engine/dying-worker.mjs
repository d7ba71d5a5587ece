// @ts-check
// Starts a training with two threads, ends it in mid-step in the way its argument says, and prints what came of it.
import { compiledEngine } from '../../dist/engine/compiled.js';

const how = process.argv[2];
// Of the other model, steps are in two parts, and what they report is not apart.
const factory = how === 'die reporting' ? 'reportedLookup' : 'lookup';
const trainer = await compiledEngine.createTrainer({
  model: { module: new URL('./bad-models.mjs', import.meta.url).href, factory, config: null },
  batchRows: 100,
  seed: 1,
  workers: 2,
});
const at = Int32Array.from({ length: 100 }, (_, i) => i);
const weights = new Float32Array(100).fill(0.01);
const step = { inputs: { at, weights, x: weights }, learningRate: 0.01 };
const steps = Array.from({ length: 20_000 }, () => step);
if (how === 'fail') steps[1000] = { ...step, inputs: { ...step.inputs, at: at.with(99, 5000) } };
const outcome = trainer.step(steps).then(
  () => 'nothing',
  (error) => `${error.name}: ${error.message}`,
);
if (how === 'close') {
  await new Promise((resolve) => setTimeout(resolve, 200));
  await trainer.close();
}
const message = await outcome;
await new Promise((resolve) => setTimeout(resolve, 100));
const resources = process.getActiveResourcesInfo();
const start = performance.now();
process.on('exit', () => {
  console.log(JSON.stringify({ message, resources, msToExit: performance.now() - start }));
});
