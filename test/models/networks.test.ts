import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Activation } from '../../src/models/activation.js';
import { activate, dense, denseParameters } from '../../src/models/networks.js';
import { expectValues, golden, readyTensorflow } from './golden.js';

beforeAll(readyTensorflow);

describe('activate', () => {
  it.each(Object.keys(golden.activations).filter((name) => name !== 'x'))('knows %s', (name) => {
    expectValues(activate(tf.tensor1d(golden.activations.x), name as Activation), golden.activations[name]);
  });
});

describe('dense', () => {
  const { widths, kernels, biases, x, out } = golden.dense;

  it('applies the layers, the activation in between', () => {
    const parameters = Object.fromEntries(
      [0, 1].flatMap((i) => [
        [`net.${i}.kernel`, tf.tensor2d(kernels[i])],
        [`net.${i}.bias`, tf.tensor1d(biases[i])],
      ]),
    );
    expectValues(dense(parameters, 'net', tf.tensor2d(x), 'tanh'), out);
  });

  it('describes its parameters', () => {
    expect(denseParameters('net', widths)).toEqual({
      'net.0.kernel': { shape: [3, 4], limit: Math.sqrt(6 / 7) },
      'net.0.bias': { shape: [4], limit: 0 },
      'net.1.kernel': { shape: [4, 2], limit: 1 },
      'net.1.bias': { shape: [2], limit: 0 },
    });
  });
});
