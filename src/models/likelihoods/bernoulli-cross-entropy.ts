import { tf } from '../tensorflow.js';

/** Factors of at least 1/2 in a product at most: 2^-120 is still far from the smallest number of float32. */
const FACTORS = 120;

/**
 * -log p(x) of x in [0, 1] under Bernoulli distributions with the given logits, summed over columns: softplus(logit) - x * logit,
 * both [rows, columns] -> [rows]; x has no gradient.
 *
 * softplus(l) = max(l, 0) - log max(s, 1 - s) with s = sigmoid(l), which the gradient, s - x, needs as well. The logarithms of a row
 * are taken of products, for a logarithm costs as much as ten multiplications.
 */
export function bernoulliCrossEntropy(logits: tf.Tensor2D, x: tf.Tensor2D): tf.Tensor1D {
  const ofLogits = tf.customGrad((...values) => {
    const [logits, save] = values as unknown as [tf.Tensor2D, tf.GradSaveFunc];
    const probability = tf.sigmoid(logits);
    save([probability, x]);
    const likelier = tf.maximum(probability, tf.sub(1, probability)) as tf.Tensor2D;
    const linear = tf.sum(tf.sub(tf.relu(logits), tf.mul(x, logits)), 1);
    return {
      value: tf.sub(linear, sumOfLogs(likelier)),
      gradFunc: (dy: tf.Tensor, [probability, x]: tf.Tensor[]) => [
        tf.mul(tf.sub(probability as tf.Tensor, x as tf.Tensor), tf.expandDims(dy, 1)),
      ],
    };
  });
  return ofLogits(logits) as tf.Tensor1D;
}

/** The logarithms of numbers in [1/2, 1] summed over columns: [rows, columns] -> [rows]. */
function sumOfLogs(x: tf.Tensor2D): tf.Tensor1D {
  const [rows, columns] = x.shape;
  let groups = 1;
  while (columns % groups !== 0 || columns / groups > FACTORS) groups += 1;
  if (groups === 1) return tf.log(tf.prod(x, 1));
  return tf.sum(tf.log(tf.prod(tf.reshape(x, [rows, groups, columns / groups]), 2)), 1);
}
