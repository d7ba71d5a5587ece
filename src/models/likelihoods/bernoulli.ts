import { tf } from '../tensorflow.js';
import { bernoulliCrossEntropy } from './bernoulli-cross-entropy.js';
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
  negativeLog: (outputs, values) => bernoulliCrossEntropy(outputs, values),
  distance: (outputs, values) => bernoulliCrossEntropy(outputs, values),
  draw: (outputs, uniforms, { shape }) =>
    shape === undefined ? tf.cast(tf.less(uniforms, tf.sigmoid(outputs)), 'float32') : tf.sigmoid(outputs),
  best: (outputs) => tf.sigmoid(outputs),
};
