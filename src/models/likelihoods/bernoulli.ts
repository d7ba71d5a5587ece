import * as tf from '@tensorflow/tfjs';
import type { Likelihood } from './likelihood.js';

/**
 * Booleans as 0 and 1, and pixels in [0, 1], with outputs as logits: -log p(x) = softplus(logit) - x * logit, summed over
 * the span. Booleans are drawn; the pixels of an image (a span with a shape) are given as their probabilities, since
 * independent draws of pixels would be noise.
 */
export const bernoulli: Likelihood = {
  inputWidth: ({ width }) => width,
  outputWidth: ({ width }) => width,
  parameter: () => undefined,
  toInputs: (values) => values,
  negativeLog: (outputs, values) => crossEntropy(outputs, values),
  distance: (outputs, values) => crossEntropy(outputs, values),
  draw: (outputs, uniforms, { shape }) =>
    shape === undefined ? tf.cast(tf.less(uniforms, tf.sigmoid(outputs)), 'float32') : tf.sigmoid(outputs),
  best: (outputs) => tf.sigmoid(outputs),
};

function crossEntropy(logits: tf.Tensor2D, x: tf.Tensor2D): tf.Tensor1D {
  return tf.sum(tf.sub(tf.softplus(logits), tf.mul(x, logits)), 1);
}
