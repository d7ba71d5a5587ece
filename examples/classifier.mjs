// @ts-check
// A TensorFlow.js classifier that trains on augmented mini-batches: each epoch reads the file again and draws other variants.
import * as tf from '@tensorflow/tfjs';
import { augment, fromCsv, loadModel } from 'rx-augment';
import { toDataset } from 'rx-augment/tensorflow';
import { defer } from 'rxjs';

const [input = 'in.csv', folder = 'model', label = 'income', test = input] = process.argv.slice(2);
const model = await loadModel(folder);
let seed = 0;
const augmented = defer(() => fromCsv(input).pipe(augment(4, { model, seed: seed++ })));
const { dataset, features, labels } = toDataset(augmented, { tf, model, label });

const classifier = tf.sequential({
  layers: [
    tf.layers.dense({ units: 32, activation: 'relu', inputShape: [features] }),
    tf.layers.dense({ units: labels, activation: 'softmax' }),
  ],
});
classifier.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
await classifier.fitDataset(dataset, {
  epochs: 3,
  verbose: 0,
  callbacks: { onEpochEnd: (epoch, logs) => console.log(`epoch ${epoch + 1}: loss ${logs?.loss?.toFixed(3)}`) },
});

const real = toDataset(fromCsv(test), { tf, model, label });
const [, accuracy] = [await classifier.evaluateDataset(real.dataset, {})].flat();
console.log(`accuracy on ${test}: ${accuracy?.dataSync()[0]?.toFixed(3)}`);
