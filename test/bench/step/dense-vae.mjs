// @ts-check
import * as tf from '@tensorflow/tfjs';
import { normalDivergence, reparameterise } from '../../../dist/models/divergence.js';
import { bernoulliCrossEntropy } from '../../../dist/models/likelihoods/bernoulli-cross-entropy.js';
import { dense, denseParameters } from '../../../dist/models/networks.js';

/**
 * The textbook VAE that the step benchmark trains: dense encoder and decoder with relu, Bernoulli decoder.
 * @param {{ widths: number[], latent: number }} config widths: input, then the hidden layers of the encoder.
 * @returns {import('../../../src/models/model.js').Model}
 */
export function denseVae({ widths, latent }) {
  const input = widths[0] ?? 1;
  return {
    parameters: {
      ...denseParameters('encoder', [...widths, 2 * latent]),
      ...denseParameters('decoder', [latent, ...widths.slice(1).reverse(), input]),
    },
    objective: {
      inputs: {
        x: { shape: [input], dtype: 'float32', perRow: true },
        noise: { shape: [latent], dtype: 'float32', perRow: true },
        weights: { shape: [], dtype: 'float32', perRow: true },
      },
      run: (p, inputs) => {
        const x = /** @type {tf.Tensor2D} */ (inputs.x);
        const noise = /** @type {tf.Tensor2D} */ (inputs.noise);
        const weights = /** @type {tf.Tensor1D} */ (inputs.weights);
        const [mu, logVar] = /** @type {[tf.Tensor2D, tf.Tensor2D]} */ (tf.split(dense(p, 'encoder', x, 'relu'), 2, 1));
        const logits = dense(p, 'decoder', reparameterise(mu, logVar, noise), 'relu');
        const losses = tf.add(bernoulliCrossEntropy(logits, x), normalDivergence(mu, logVar));
        return { loss: tf.sum(tf.mul(losses, weights)) };
      },
    },
    graphs: {},
  };
}
