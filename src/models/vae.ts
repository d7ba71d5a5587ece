import { buildNetwork } from './build-network.js';
import { logPriorRatio, normalDivergence, normalDivergences, reparameterise } from './divergence.js';
import { recordLikelihood } from './likelihoods/record-likelihood.js';
import type { InputSpec, Model, Tensors } from './model.js';
import { networkWidths } from './network-widths.js';
import { tf } from './tensorflow.js';
import type { VaeConfig } from './vae-reference.js';

/**
 * The variational autoencoder of Kingma and Welling (2014) with a factorised decoder: q(z | x) = N(mu, diag exp(logVar)),
 * p(z) = N(0, I), and p(x | z) a product over spans: categorical, Bernoulli, or Gaussian with a learned variance.
 *
 * The objective is -log p(x | z) + beta * KL(q(z | x) || p(z)) for one z a record; with free bits, each latent dimension's
 * part of a record's divergence counts as that much at least (Kingma et al. 2016, a record and dimension at a time).
 * Inputs: values [rows, numbers of the spans], noise [rows, latent], weights [rows], beta. Graphs: `encoder` (values -> mu,
 * logVar), `decoder` (latent, uniforms -> values), `reconstructor` (values -> reconstructed, through the mean of q) and `scorer`
 * (values, noise -> reconstruction, divergence, logWeight, each [rows]).
 */
export async function vae({ spans, network: config, latent, freeBits }: VaeConfig): Promise<Model> {
  const record = recordLikelihood(spans);
  const network = await buildNetwork(config, networkWidths(spans, latent, 2 * latent));
  const values: InputSpec = { shape: [record.valueWidth], dtype: 'float32', perRow: true };
  const noise: InputSpec = { shape: [latent], dtype: 'float32', perRow: true };
  const posterior = (parameters: Tensors, x: tf.Tensor2D): { mu: tf.Tensor2D; logVar: tf.Tensor2D } => {
    const [mu, logVar] = tf.split(network.encode(parameters, record.toInputs(x)).output, 2, 1);
    return { mu: mu as tf.Tensor2D, logVar: logVar as tf.Tensor2D };
  };
  const judge = (parameters: Tensors, x: tf.Tensor2D, epsilon: tf.Tensor2D) => {
    const { mu, logVar } = posterior(parameters, x);
    const z = reparameterise(mu, logVar, epsilon);
    return { mu, logVar, z, reconstruction: record.negativeLog(parameters, network.decode(parameters, z), x) };
  };
  return {
    parameters: { ...network.parameters, ...record.parameters },
    ...(network.multiplications === undefined ? {} : { multiplications: network.multiplications }),
    objective: {
      inputs: {
        values,
        noise,
        weights: { shape: [], dtype: 'float32', perRow: true },
        beta: { shape: [], dtype: 'float32', perRow: false },
      },
      run(parameters, { values: x, noise: epsilon, weights, beta }) {
        const { mu, logVar, reconstruction } = judge(parameters, x as tf.Tensor2D, epsilon as tf.Tensor2D);
        const weighted = (perRow: tf.Tensor) => tf.sum(tf.mul(perRow, weights as tf.Tensor));
        const divergence = weighted(normalDivergence(mu, logVar));
        const charged =
          freeBits === 0 ? divergence : weighted(tf.sum(tf.maximum(normalDivergences(mu, logVar), freeBits), 1));
        const ofRecords = weighted(reconstruction);
        return {
          loss: tf.add(ofRecords, tf.mul(charged, beta as tf.Scalar)),
          reconstruction: ofRecords,
          divergence,
        };
      },
    },
    graphs: {
      encoder: { inputs: { values }, run: (parameters, { values: x }) => posterior(parameters, x as tf.Tensor2D) },
      decoder: {
        inputs: { latent: noise, uniforms: values },
        run: (parameters, { latent: z, uniforms }) => ({
          values: record.draw(parameters, network.decode(parameters, z as tf.Tensor2D), uniforms as tf.Tensor2D),
        }),
      },
      reconstructor: {
        inputs: { values },
        run: (parameters, { values: x }) => ({
          reconstructed: record.best(network.decode(parameters, posterior(parameters, x as tf.Tensor2D).mu)),
        }),
      },
      scorer: {
        inputs: { values, noise },
        run(parameters, { values: x, noise: epsilon }) {
          const { mu, logVar, z, reconstruction } = judge(parameters, x as tf.Tensor2D, epsilon as tf.Tensor2D);
          return {
            reconstruction,
            divergence: normalDivergence(mu, logVar),
            logWeight: tf.sub(logPriorRatio(z, logVar, epsilon as tf.Tensor2D), reconstruction),
          };
        },
      },
    },
  };
}
