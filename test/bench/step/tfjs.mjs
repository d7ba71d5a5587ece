// @ts-check
// One contender of the step benchmark: tf.variableGrads and tf.train.adam on a TensorFlow.js backend, as a user writes it.
import { answerRounds } from './answer-rounds.mjs';
import { denseVae } from './dense-vae.mjs';
import { shapes } from './shapes.mjs';

const [backend = 'cpu', name = 'tiny'] = process.argv.slice(2);
const shape = /** @type {Record<string, import('./shapes.mjs').Shape>} */ (shapes)[name] ?? shapes.tiny;
/** @type {typeof import('@tensorflow/tfjs')} */
let tf;
if (backend === 'node') {
  const util = (await import('node:util')).default;
  Object.assign(util, { isNullOrUndefined: (/** @type {unknown} */ v) => v == null });
  const native = '@tensorflow/tfjs-node';
  tf = (await import(native)).default;
} else {
  tf = (await import('@tensorflow/tfjs')).default ?? (await import('@tensorflow/tfjs'));
  tf.env().set('PROD', true);
  if (backend === 'wasm') {
    const wasm = '@tensorflow/tfjs-backend-wasm';
    await import(wasm);
  }
  await tf.setBackend(backend);
}
const { rows, latent, widths } = shape;
const model = denseVae(shape);
const variables = Object.fromEntries(
  Object.entries(model.parameters).map(([key, { shape: dims, limit }]) => [
    key,
    tf.variable(tf.randomUniform([...dims], -limit, limit || 1e-9)),
  ]),
);
const inputs = {
  x: tf.randomUniform([rows, widths[0] ?? 1]),
  noise: tf.randomNormal([rows, latent]),
  weights: tf.fill([rows], 1 / rows),
};
const optimizer = tf.train.adam(1e-3);
const step = () =>
  tf.tidy(() => {
    const { value, grads } = tf.variableGrads(
      () => /** @type {import('@tensorflow/tfjs').Scalar} */ (model.objective.run(variables, inputs).loss),
    );
    optimizer.applyGradients(/** @type {never} */ (grads));
    return value.dataSync()[0];
  });
for (let i = 0; i < 3; i += 1) step();
await answerRounds(() => {
  step();
  return 1;
});
