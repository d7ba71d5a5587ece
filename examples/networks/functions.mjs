// @ts-check
// Encoder and decoder as plain TensorFlow.js functions of parameters: here one skips its hidden layer.
import * as tf from '@tensorflow/tfjs';

/** @param {import('rx-augment').NetworkWidths} widths */
export function functions({ inputWidth, encodedWidth, latent, outputWidth }) {
  const matrix = (/** @type {number} */ from, /** @type {number} */ to) => ({
    shape: [from, to],
    limit: Math.sqrt(6 / (from + to)),
  });
  const bias = (/** @type {number} */ size) => ({ shape: [size], limit: 0 });
  /** @param {Readonly<Record<string, tf.Tensor>>} p @param {string} name @param {tf.Tensor} x */
  const linear = (p, name, x) =>
    tf.add(
      tf.matMul(/** @type {tf.Tensor2D} */ (x), /** @type {tf.Tensor2D} */ (p[`${name}.kernel`])),
      /** @type {tf.Tensor1D} */ (p[`${name}.bias`]),
    );
  return {
    parameters: {
      'in.kernel': matrix(inputWidth, 32),
      'in.bias': bias(32),
      'code.kernel': matrix(inputWidth + 32, encodedWidth),
      'code.bias': bias(encodedWidth),
      'out.kernel': matrix(latent, outputWidth),
      'out.bias': bias(outputWidth),
    },
    /** @param {Readonly<Record<string, tf.Tensor>>} p @param {tf.Tensor2D} x */
    encoder: (p, x) => linear(p, 'code', tf.concat([x, tf.tanh(linear(p, 'in', x))], 1)),
    /** @param {Readonly<Record<string, tf.Tensor>>} p @param {tf.Tensor2D} z */
    decoder: (p, z) => linear(p, 'out', z),
  };
}
