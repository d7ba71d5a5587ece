import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { bernoulliCrossEntropy } from '../../../src/models/likelihoods/bernoulli-cross-entropy.js';
import { readyTensorflow } from '../golden.js';
import { uniforms } from '../reference.js';

beforeAll(readyTensorflow);

const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

describe('bernoulliCrossEntropy', () => {
  it.each([1, 7, 120, 121, 127, 784])('is the negative log-probability of %i values a row', (columns) => {
    const rows = 3;
    const [l, x] = [uniforms(1, rows * columns, -6, 6), uniforms(2, rows * columns)];
    const losses = bernoulliCrossEntropy(tf.tensor2d(l, [rows, columns]), tf.tensor2d(x, [rows, columns])).dataSync();
    for (let row = 0; row < rows; row += 1) {
      let sum = 0;
      for (let i = row * columns; i < (row + 1) * columns; i += 1) sum += softplus(l[i]!) - x[i]! * l[i]!;
      expect(losses[row]! / sum).toBeCloseTo(1, 5);
    }
  });

  it('holds for logits of any size, all of them alike as well', () => {
    const cases = [0, 0.001, -0.001, 12, -12, 300, -300, 1e6];
    for (const logit of cases) {
      for (const value of [0, 1, 0.25]) {
        const loss = bernoulliCrossEntropy(tf.fill([1, 120], logit), tf.fill([1, 120], value)).dataSync()[0]!;
        const expected = 120 * (softplus(logit) - value * logit);
        expect(Math.abs(loss - expected)).toBeLessThan(1e-4 + 1e-5 * expected);
      }
    }
  });

  it('has the probability less the value as its gradient', () => {
    const [l, x] = [uniforms(3, 10, -3, 3), uniforms(4, 10)];
    const upstream = [0.5, -2];
    const grad = tf.grad((logits) =>
      tf.sum(tf.mul(bernoulliCrossEntropy(logits as tf.Tensor2D, tf.tensor2d(x, [2, 5])), tf.tensor1d(upstream))),
    )(tf.tensor2d(l, [2, 5]));
    grad.dataSync().forEach((value, i) => {
      expect(value).toBeCloseTo(upstream[Math.floor(i / 5)]! * (1 / (1 + Math.exp(-l[i]!)) - x[i]!), 5);
    });
  });
});
