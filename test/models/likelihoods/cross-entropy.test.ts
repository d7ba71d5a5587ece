import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { categoricalCrossEntropy } from '../../../src/models/likelihoods/cross-entropy.js';
import { expectValues, golden, readyTensorflow } from '../golden.js';

beforeAll(readyTensorflow);

describe('categoricalCrossEntropy', () => {
  const { logits, codes, upstream, loss, gradients } = golden.crossEntropy;
  const scores = logits.map((values: number[][]) => tf.tensor2d(values)) as tf.Tensor2D[];
  const hots = codes.map((values: number[], j: number) =>
    tf.oneHot(tf.tensor1d(values, 'int32'), scores[j]!.shape[1], 1, 0, 'float32'),
  ) as tf.Tensor2D[];

  it('is the negative log-probability of the codes', () => {
    expectValues(categoricalCrossEntropy(scores, hots), loss);
  });

  it('has the gradient that automatic differentiation finds', () => {
    const { grads } = tf.valueAndGrads((...x) =>
      tf.sum(tf.mul(categoricalCrossEntropy(x as tf.Tensor2D[], hots), tf.tensor1d(upstream))),
    )(scores);
    grads.forEach((grad, j) => {
      expectValues(grad, gradients[j]);
    });
  });

  it('counts an impossible code as 87 nats, with a finite gradient', () => {
    const wrong = tf.tensor2d([[-300, 300]]);
    const { value, grad } = tf.valueAndGrad((x) =>
      tf.sum(categoricalCrossEntropy([x as tf.Tensor2D], [tf.tensor2d([[1, 0]])])),
    )(wrong);
    expect(value.dataSync()[0]).toBeCloseTo(87, 0);
    expectValues(grad, [[-1, 1]]);
  });
});
