// @ts-check
import * as tf from '@tensorflow/tfjs';

/**
 * The textbook VAE that the step benchmark trains: dense encoder and decoder with relu, Bernoulli decoder.
 * @param {{ widths: number[], latent: number }} config widths: input, then the hidden layers of the encoder.
 * @returns {import('../../../src/models/model.js').Model}
 */
export function denseVae({ widths, latent }) {
  const input = widths[0] ?? 1;
  const encoder = [...widths, 2 * latent];
  const decoder = [latent, ...widths.slice(1).reverse(), input];
  /** @param {string} name @param {number[]} sizes */
  const specs = (name, sizes) =>
    Object.fromEntries(
      sizes.slice(1).flatMap((size, i) => {
        const fanIn = sizes[i] ?? 1;
        return [
          [`${name}.${i}.kernel`, { shape: [fanIn, size], limit: Math.sqrt(6 / (fanIn + size)) }],
          [`${name}.${i}.bias`, { shape: [size], limit: 0 }],
        ];
      }),
    );
  /** @param {import('../../../src/models/model.js').Tensors} p @param {string} name @param {tf.Tensor} x @param {number} layers */
  const dense = (p, name, x, layers) => {
    let out = x;
    for (let i = 0; i < layers; i += 1) {
      if (i > 0) out = tf.relu(out);
      out = tf.add(
        tf.matMul(out, /** @type {tf.Tensor} */ (p[`${name}.${i}.kernel`])),
        /** @type {tf.Tensor} */ (p[`${name}.${i}.bias`]),
      );
    }
    return out;
  };
  return {
    parameters: { ...specs('encoder', encoder), ...specs('decoder', decoder) },
    objective: {
      inputs: {
        x: { shape: [input], dtype: 'float32', perRow: true },
        noise: { shape: [latent], dtype: 'float32', perRow: true },
        weights: { shape: [], dtype: 'float32', perRow: true },
      },
      run: (p, { x, noise, weights }) => {
        const data = /** @type {tf.Tensor} */ (x);
        const [mu, logVar] = /** @type {[tf.Tensor, tf.Tensor]} */ (
          tf.split(dense(p, 'encoder', data, encoder.length - 1), 2, 1)
        );
        const z = tf.add(mu, tf.mul(tf.exp(tf.mul(logVar, 0.5)), /** @type {tf.Tensor} */ (noise)));
        const logits = dense(p, 'decoder', z, decoder.length - 1);
        const crossEntropy = tf.sum(tf.sub(tf.softplus(logits), tf.mul(data, logits)), 1);
        const divergence = tf.mul(tf.sum(tf.sub(tf.add(tf.square(mu), tf.exp(logVar)), tf.add(logVar, 1)), 1), 0.5);
        return { loss: tf.sum(tf.mul(tf.add(crossEntropy, divergence), /** @type {tf.Tensor} */ (weights))) };
      },
    },
    graphs: {},
  };
}
