import { type RecordBatch, Vector } from 'apache-arrow';
import type { Observable } from 'rxjs';
import type { Codec } from '../columns/codec.js';
import { featuresOf } from '../columns/features.js';
import type { LabelledTensors, LabelledTensorsDataset, Tensorflow } from '../engine/load-tensorflow.js';
import { toAsyncIterable } from '../operators/flow.js';
import { foldIn, randomKey } from '../random.js';
import { requireOptions } from '../require-options.js';
import type { FittedModel } from '../training/fitted-model.js';
import { requireModel } from '../training/require-model.js';
import { valueText } from '../value-text.js';
import { mixRows } from './mix-rows.js';

/** Options of `toDataset`. */
export interface ToDatasetOptions {
  /** TensorFlow.js as you have imported it, with the backend of your choice. */
  readonly tf: Pick<Tensorflow, 'tensor2d' | 'data'>;
  /** The model whose columns say how records become numbers. */
  readonly model: FittedModel;
  /** The column to predict, one that the model learned. */
  readonly label: string;
  /** Rows of a mini-batch, 1 or more; default 128. */
  readonly batchRows?: number;
  /**
   * What numbers and dates are where the model has codes for them. `codes` (default): one-hot, nulls a code of their own; `scores`: the
   * normal score of their rank, from -2.5 to 2.5, nulls 0.
   */
  readonly numbers?: 'codes' | 'scores';
  /** Rows that are kept to draw mini-batches from, so that a record and its variants part; 0 keeps the order. Default 4096. */
  readonly windowRows?: number;
  /** What the order of rows follows from, with the number of the epoch; default 0. */
  readonly seed?: number;
}

/** A dataset and what is in it. */
export interface LabelledDataset {
  /** For `fitDataset`: mini-batches of `xs` [rows, features] and `ys` [rows, labels], float32. */
  readonly dataset: LabelledTensorsDataset;
  /** Numbers in a row of `xs`: the `inputShape` of a network. */
  readonly features: number;
  /** Numbers in a row of `ys`. */
  readonly labels: number;
  /** For a label of codes a value of each, in the order of the one-hot vector; else nothing. */
  readonly classes: readonly unknown[];
}

/**
 * Batches of records as a `tf.data` dataset of mini-batches that trains a classifier: `fitDataset(dataset, { epochs })`.
 *
 * Categories and codes are one-hot vectors, other numbers are as the model sees them. Every iteration, and so every epoch, subscribes to
 * `batches` anew and reads no faster than it is trained; tensors are made when they are asked for, and
 * whoever asks disposes of them, as `fitDataset` does. An iteration unsubscribes at its end, on errors, and when one that was left is garbage
 * collected, as `tf.data` does not tell; `batches.pipe(take(n))` ends without waiting for that.
 *
 * Errors: RangeError for a label that the model did not learn and for sizes out of range; those of `batches`, and SchemaMismatchError for
 * batches of another schema than the model's, come out of the iteration.
 */
export function toDataset(batches: Observable<RecordBatch>, options: ToDatasetOptions): LabelledDataset {
  requireOptions('toDataset()', options, {
    tf: true,
    model: true,
    label: 'string',
    batchRows: 'number',
    numbers: true,
    windowRows: 'number',
    seed: 'number',
  });
  const { tf, model, label, batchRows = 128, numbers = 'codes', windowRows = 4096, seed = 0 } = options;
  requireRows('batchRows', batchRows, 1);
  requireRows('windowRows', windowRows, 0);
  requireModel(model);
  if (typeof tf?.data?.generator !== 'function')
    throw new TypeError(`Expected \`tf\` to be TensorFlow.js as it is imported, got ${valueText(tf)}`);
  if (numbers !== 'codes' && numbers !== 'scores')
    throw new RangeError(`Expected \`numbers\` to be codes or scores, got ${valueText(numbers)}`);
  const { codec } = model;
  const features = featuresOf(codec, label, numbers);
  const order = foldIn(randomKey(seed), 'dataset');
  let epochs = 0;

  async function* encoded(): AsyncGenerator<ReturnType<Codec['encode']>, void, void> {
    for await (const batch of toAsyncIterable(batches)) yield codec.encode(batch);
  }

  async function* iterate(): AsyncGenerator<LabelledTensors, void, void> {
    const key = foldIn(order, epochs);
    epochs += 1;
    for await (const values of mixRows(encoded(), { width: codec.width, batchRows, windowRows, key })) {
      const rows = values.length / codec.width;
      const xs = new Float32Array(rows * features.inputs);
      const ys = new Float32Array(rows * features.targets);
      features.write(values, rows, xs, ys);
      yield { xs: tf.tensor2d(xs, [rows, features.inputs]), ys: tf.tensor2d(ys, [rows, features.targets]) };
    }
  }

  // The generator must not know the iterator, whose end it is told of.
  const left = new FinalizationRegistry<AsyncGenerator>((iteration) => void iteration.return(undefined));
  const dataset = tf.data.generator(() => {
    const iteration = iterate();
    const iterator = { next: () => iteration.next() };
    left.register(iterator, iteration);
    return iterator;
  });
  return { dataset, features: features.inputs, labels: features.targets, classes: classesOf(codec, label) };
}

function requireRows(name: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least)
    throw new RangeError(`Expected \`${name}\` to be a whole number of at least ${least}, got ${value}`);
}

/** What the codes of a column stand for. */
function classesOf(codec: Codec, label: string): unknown[] {
  const span = codec.spans.find(({ name }) => name === label);
  if (span?.likelihood !== 'categorical') return [];
  const difference = codec.differences.find(({ column }) => column === label);
  const column = difference?.coded ?? codec.columns.find(({ name }) => name === label);
  const codes = Array.from({ length: span.width }, (_, code) => code);
  const slots = { codes, uniforms: codes.map(() => 0.5), offset: 0, stride: 1, rows: span.width };
  return column === undefined ? [] : [...new Vector([column.decode(slots)])];
}
