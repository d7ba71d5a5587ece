// @ts-check
// Encoder and decoder as TensorFlow.js layers models. The module is loaded in a thread of its own, so it holds nothing else.
import * as tf from '@tensorflow/tfjs';

/**
 * A VAE's encoder gives means and log-variances side by side; a decoder gives logits and means, without an activation.
 * @param {import('rx-augment').NetworkWidths} widths
 * @param {{ seed: number }} config
 */
export function layers({ inputWidth, encodedWidth, latent, outputWidth }, { seed }) {
  const dense = (
    /** @type {number} */ units,
    /** @type {'relu' | 'linear'} */ activation,
    /** @type {number} */ place,
  ) => tf.layers.dense({ units, activation, kernelInitializer: tf.initializers.glorotUniform({ seed: seed + place }) });
  const encoder = tf.sequential({ layers: [tf.layers.inputLayer({ inputShape: [inputWidth] })] });
  encoder.add(dense(64, 'relu', 0));
  encoder.add(dense(encodedWidth, 'linear', 1));
  const decoder = tf.sequential({ layers: [tf.layers.inputLayer({ inputShape: [latent] })] });
  decoder.add(dense(64, 'relu', 2));
  decoder.add(dense(outputWidth, 'linear', 3));
  return { encoder, decoder };
}
