import type { ParameterSpec } from '../parameter-spec.js';
import type { Span } from '../span.js';
import type { tf } from '../tensorflow.js';

/**
 * How one kind of span enters a network and is judged and drawn from what leaves it. `values` are the span's numbers as
 * columns give them, [rows, valuesOf(span)]; `outputs` are the network's, [rows, outputWidth(span)].
 */
export interface Likelihood {
  /** Numbers a row that enter a network. */
  inputWidth(span: Span): number;
  /** Numbers a row that leave a network. */
  outputWidth(span: Span): number;
  /** What is learned about the span beside the network: undefined, or one parameter. */
  parameter(span: Span): ParameterSpec | undefined;
  /** values -> [rows, inputWidth] */
  toInputs(values: tf.Tensor2D, span: Span): tf.Tensor2D;
  /** -log p(values | outputs) in nats, [rows]. */
  negativeLog(outputs: tf.Tensor2D, values: tf.Tensor2D, span: Span, parameter?: tf.Tensor): tf.Tensor1D;
  /**
   * What an autoencoder that gives no distribution is judged by, [rows]: the squared L2 distance of real values, the
   * cross-entropy (in nats) of others.
   */
  distance(outputs: tf.Tensor2D, values: tf.Tensor2D, span: Span): tf.Tensor1D;
  /** A draw by inverting the distribution function at `uniforms` in (0, 1), of the shape of values: -> values. */
  draw(outputs: tf.Tensor2D, uniforms: tf.Tensor2D, span: Span, parameter?: tf.Tensor): tf.Tensor2D;
  /** The most likely category, the mean of everything else: -> values. */
  best(outputs: tf.Tensor2D, span: Span): tf.Tensor2D;
}
