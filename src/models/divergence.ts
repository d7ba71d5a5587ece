import { tf } from './tensorflow.js';

/**
 * KL(N(mu, diag exp(logVar)) || N(0, I)) in nats: [rows, latent] -> [rows]
 * (Kingma and Welling, "Auto-encoding variational Bayes", 2014, appendix B). The variance is the square of the deviation that
 * `reparameterise` needs as well, and the gradient, mu and (variance - 1) / 2, is given, which takes fewer passes than deriving it:
 * what comes from above is spread over the columns once, by a product with ones.
 */
export function normalDivergence(mu: tf.Tensor2D, logVar: tf.Tensor2D): tf.Tensor1D {
  const ofBoth = tf.customGrad((...values) => {
    const [mu, logVar, save] = values as unknown as [tf.Tensor2D, tf.Tensor2D, tf.GradSaveFunc];
    const excess = tf.sub(tf.square(deviation(logVar)), 1);
    save([mu, excess]);
    const terms = tf.sum(tf.sub(tf.add(tf.square(mu), excess), logVar), 1);
    return {
      value: tf.mul(terms, 0.5),
      gradFunc: (dy: tf.Tensor, [mu, excess]: tf.Tensor[]) => {
        const spread = tf.matMul(tf.expandDims(dy, 1), tf.ones([1, (mu as tf.Tensor2D).shape[1]]));
        return [tf.mul(mu as tf.Tensor, spread), tf.mul(tf.mul(excess as tf.Tensor, spread), 0.5)];
      },
    };
  });
  return ofBoth(mu, logVar) as tf.Tensor1D;
}

/** The parts of `normalDivergence` of each dimension, [rows, latent]. */
export function normalDivergences(mu: tf.Tensor2D, logVar: tf.Tensor2D): tf.Tensor2D {
  return tf.mul(tf.sub(tf.add(tf.square(mu), tf.exp(logVar)), tf.add(logVar, 1)), 0.5);
}

/**
 * log p(z) - log q(z | x) of z = mu + exp(logVar / 2) * noise, [rows]: with log p(x | z) it makes the importance weight of z
 * (Burda et al., "Importance weighted autoencoders", 2016, equation 8).
 */
export function logPriorRatio(z: tf.Tensor2D, logVar: tf.Tensor2D, noise: tf.Tensor2D): tf.Tensor1D {
  return tf.mul(tf.sum(tf.add(tf.sub(tf.square(noise), tf.square(z)), logVar), 1), 0.5) as tf.Tensor1D;
}

/**
 * A draw from N(mu, diag exp(logVar)) by the reparameterisation z = mu + exp(logVar / 2) * noise, all [rows, latent]; noise has no
 * gradient, and that of logVar is half of what was added to mu.
 */
export function reparameterise(mu: tf.Tensor2D, logVar: tf.Tensor2D, noise: tf.Tensor2D): tf.Tensor2D {
  const ofBoth = tf.customGrad((...values) => {
    const [mu, logVar, save] = values as unknown as [tf.Tensor2D, tf.Tensor2D, tf.GradSaveFunc];
    const added = tf.mul(deviation(logVar), noise);
    save([added]);
    return {
      value: tf.add(mu, added),
      gradFunc: (dy: tf.Tensor, [added]: tf.Tensor[]) => [dy, tf.mul(tf.mul(dy, added as tf.Tensor), 0.5)],
    };
  });
  return ofBoth(mu, logVar) as tf.Tensor2D;
}

function deviation(logVar: tf.Tensor2D): tf.Tensor2D {
  return tf.exp(tf.mul(logVar, 0.5));
}
