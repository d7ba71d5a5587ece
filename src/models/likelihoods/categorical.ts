import { tf } from '../tensorflow.js';
import { categoricalCrossEntropy } from './cross-entropy.js';
import type { Likelihood } from './likelihood.js';

/** Codes 0 ... width - 1, with outputs as logits. */
export const categorical: Likelihood = {
  inputWidth: ({ width }) => width,
  outputWidth: ({ width }) => width,
  parameter: () => undefined,
  toInputs: (values, { width }) => oneHot(values, width),
  negativeLog: (outputs, values, { width }) => categoricalCrossEntropy([outputs], [oneHot(values, width)]),
  distance: (outputs, values, { width }) => categoricalCrossEntropy([outputs], [oneHot(values, width)]),
  draw(outputs, uniforms, { width }) {
    const below = tf.cast(tf.less(tf.cumsum(tf.softmax(outputs), 1), uniforms), 'float32');
    return tf.minimum(tf.sum(below, 1, true), width - 1) as tf.Tensor2D;
  },
  best: (outputs) => tf.cast(tf.expandDims(tf.argMax(outputs, 1), 1), 'float32') as tf.Tensor2D,
};

function oneHot(codes: tf.Tensor2D, width: number): tf.Tensor2D {
  return tf.oneHot(tf.cast(tf.squeeze(codes, [1]), 'int32') as tf.Tensor1D, width, 1, 0, 'float32') as tf.Tensor2D;
}
