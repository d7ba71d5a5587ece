import type { Tensors } from './model.js';
import type { ParameterSpec } from './parameter-spec.js';
import type { tf } from './tensorflow.js';

/** An encoder and a decoder: the part of an autoencoder that does not know what its numbers mean. */
export interface Network {
  readonly parameters: Readonly<Record<string, ParameterSpec>>;
  /** Multiplications a row, where they are not about as many as there are parameters. */
  readonly multiplications?: number;
  /** inputs [rows, inputWidth] -> the hidden layers' activations and the last, linear layer [rows, encodedWidth]. */
  encode(
    parameters: Tensors,
    inputs: tf.Tensor2D,
  ): { readonly hidden: readonly tf.Tensor2D[]; readonly output: tf.Tensor2D };
  /** latent [rows, latent] -> [rows, outputWidth], linear. */
  decode(parameters: Tensors, latent: tf.Tensor2D): tf.Tensor2D;
}
