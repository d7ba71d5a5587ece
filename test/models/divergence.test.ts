import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { normalDivergence, reparameterise } from '../../src/models/divergence.js';
import { expectValues, golden, readyTensorflow } from './golden.js';

beforeAll(readyTensorflow);

const [mu, logVar, noise] = [golden.divergence.mu, golden.divergence.logVar, golden.divergence.noise].map((values) =>
  tf.tensor2d(values),
) as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];

describe('normalDivergence', () => {
  it('is the integral that defines it', () => {
    expectValues(normalDivergence(mu, logVar), golden.divergence.divergence);
  });

  it('has the gradient that automatic differentiation finds', () => {
    const { grads } = tf.valueAndGrads((...x) => tf.sum(normalDivergence(x[0] as tf.Tensor2D, x[1] as tf.Tensor2D)))([
      mu,
      logVar,
    ]);
    grads.forEach((grad, i) => {
      expectValues(grad, golden.divergence.gradients[i]);
    });
  });

  it('is 0 for the standard normal alone', () => {
    expect(normalDivergence(tf.zeros([1, 4]), tf.zeros([1, 4])).dataSync()[0]).toBe(0);
    expect(normalDivergence(tf.zeros([1, 4]), tf.fill([1, 4], 0.1)).dataSync()[0]).toBeGreaterThan(0.01);
  });
});

describe('reparameterise', () => {
  it('is the mean plus standard deviations', () => {
    expectValues(reparameterise(mu, logVar, noise), golden.divergence.draw);
  });

  it('has the gradient that automatic differentiation finds', () => {
    const derived = (x: tf.Tensor[]) => tf.add(x[0]!, tf.mul(tf.exp(tf.mul(x[1]!, 0.5)), noise));
    const gradients = (draw: (x: tf.Tensor[]) => tf.Tensor) =>
      tf.valueAndGrads((...x) => tf.sum(tf.square(draw(x))))([mu, logVar]).grads;
    const expected = gradients(derived);
    gradients((x) => reparameterise(x[0] as tf.Tensor2D, x[1] as tf.Tensor2D, noise)).forEach((grad, i) => {
      expectValues(grad, [expected[i]!.arraySync()]);
    });
  });
});
