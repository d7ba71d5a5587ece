import type { SparsityPenalty } from './autoencoder-reference.js';
import { tf } from './tensorflow.js';

/** Least distance of a mean activation from 0 and 1 in the divergence, so that a dead unit costs a finite amount. */
const EDGE = 1e-6;

/** lambda * sum_i |a_i|: activations [rows, units] -> [rows]. */
export function l1Penalty(activations: tf.Tensor2D, weight: number): tf.Tensor1D {
  return tf.mul(tf.sum(tf.abs(activations), 1), weight) as tf.Tensor1D;
}

/**
 * lambda * sum_j KL(rho || rhoHat_j), a scalar: the divergence between Bernoulli variables of the wanted and of the mean
 * activation [units], in nats (Ng, "Sparse autoencoder", CS294A lecture notes, 2011).
 */
export function klPenalty(rhoHat: tf.Tensor1D, rho: number, weight: number): tf.Scalar {
  const p = tf.minimum(tf.maximum(rhoHat, EDGE), 1 - EDGE);
  const terms = tf.add(tf.mul(tf.log(p), -rho), tf.mul(tf.log(tf.sub(1, p)), rho - 1));
  const entropy = rho * Math.log(rho) + (1 - rho) * Math.log(1 - rho);
  return tf.mul(tf.sum(tf.add(terms, entropy)), weight) as tf.Scalar;
}

/** Whether a penalty needs the mean over a whole batch. */
export function needsWholeBatch(sparsity: SparsityPenalty | undefined): boolean {
  return sparsity?.kind === 'kl';
}
