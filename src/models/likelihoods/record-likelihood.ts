import type { Tensors } from '../model.js';
import type { ParameterSpec } from '../parameter-spec.js';
import { type Span, valuesOf } from '../span.js';
import { tf } from '../tensorflow.js';
import { likelihoods } from './table.js';

/** The likelihood of whole records: that of their spans together, given what a network says of each. */
export interface RecordLikelihood {
  /** Numbers a row of the records, of a network's inputs and of its outputs. */
  readonly valueWidth: number;
  readonly inputWidth: number;
  readonly outputWidth: number;
  /** What is learned beside the network, such as variances: `likelihood.<place of the span>`. */
  readonly parameters: Readonly<Record<string, ParameterSpec>>;
  /** values [rows, valueWidth] -> [rows, inputWidth] */
  toInputs(values: tf.Tensor2D): tf.Tensor2D;
  /** -log p(values | outputs), in nats a row, [rows]. */
  negativeLog(parameters: Tensors, outputs: tf.Tensor2D, values: tf.Tensor2D): tf.Tensor1D;
  /** Squared L2 distance of real values plus cross-entropy of others, [rows]. */
  distance(outputs: tf.Tensor2D, values: tf.Tensor2D): tf.Tensor1D;
  /** uniforms in (0, 1) [rows, valueWidth] -> values [rows, valueWidth] */
  draw(parameters: Tensors, outputs: tf.Tensor2D, uniforms: tf.Tensor2D): tf.Tensor2D;
  /** The most likely categories and the means of everything else, [rows, valueWidth]. */
  best(outputs: tf.Tensor2D): tf.Tensor2D;
}

/** Joins the likelihoods of spans, which are independent given a network's outputs. */
export function recordLikelihood(spans: readonly Span[]): RecordLikelihood {
  const of = ({ likelihood }: Span) => likelihoods[likelihood];
  const values = spans.map(valuesOf);
  const outputs = spans.map((span) => of(span).outputWidth(span));
  const nameOf = (place: number) => `likelihood.${place}`;
  const learned = spans.flatMap((span, place) => {
    const spec = of(span).parameter(span);
    return spec === undefined ? [] : [[nameOf(place), spec] as const];
  });
  const total = (widths: readonly number[]) => widths.reduce((sum, width) => sum + width, 0);
  return {
    valueWidth: total(values),
    inputWidth: total(spans.map((span) => of(span).inputWidth(span))),
    outputWidth: total(outputs),
    parameters: Object.fromEntries(learned),
    toInputs(x) {
      const parts = columnsOf(x, values);
      return join(spans.map((span, i) => of(span).toInputs(parts[i] as tf.Tensor2D, span)));
    },
    negativeLog(parameters, y, x) {
      const [ofNetwork, ofRecord] = [columnsOf(y, outputs), columnsOf(x, values)];
      return sum(
        spans.map((span, i) =>
          of(span).negativeLog(ofNetwork[i] as tf.Tensor2D, ofRecord[i] as tf.Tensor2D, span, parameters[nameOf(i)]),
        ),
      );
    },
    distance(y, x) {
      const [ofNetwork, ofRecord] = [columnsOf(y, outputs), columnsOf(x, values)];
      return sum(
        spans.map((span, i) => of(span).distance(ofNetwork[i] as tf.Tensor2D, ofRecord[i] as tf.Tensor2D, span)),
      );
    },
    draw(parameters, y, uniforms) {
      const [ofNetwork, places] = [columnsOf(y, outputs), columnsOf(uniforms, values)];
      return join(
        spans.map((span, i) =>
          of(span).draw(ofNetwork[i] as tf.Tensor2D, places[i] as tf.Tensor2D, span, parameters[nameOf(i)]),
        ),
      );
    },
    best(y) {
      const ofNetwork = columnsOf(y, outputs);
      return join(spans.map((span, i) => of(span).best(ofNetwork[i] as tf.Tensor2D, span)));
    },
  };
}

/** As tf.split along the columns, which has no gradient where there is one part. */
function columnsOf(x: tf.Tensor2D, widths: number[]): tf.Tensor2D[] {
  return widths.length === 1 ? [x] : tf.split(x, widths, 1);
}

function join(parts: tf.Tensor2D[]): tf.Tensor2D {
  return parts.length === 1 ? (parts[0] as tf.Tensor2D) : tf.concat(parts, 1);
}

function sum(parts: tf.Tensor1D[]): tf.Tensor1D {
  return parts.reduce((total, part) => tf.add(total, part));
}
