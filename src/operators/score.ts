import { Field, Float32, makeData, type RecordBatch, Schema } from 'apache-arrow';
import type { OperatorFunction } from 'rxjs';
import { batchOf } from '../batches/batch-of.js';
import { foldIn, type RandomKey, randomKey } from '../random.js';
import { requireOptions } from '../require-options.js';
import { requireWhole } from '../training/fit-options.js';
import type { FittedModel, Scores } from '../training/fitted-model.js';
import { latentNoise } from './draws.js';
import { MOST_SAMPLES } from './most-samples.js';
import { type BatchOrEvent, type UnseenInStream, withModel } from './with-model.js';

/** Options of `score`. */
export interface ScoreOptions {
  /**
   * The model for plain batches; events of a training bring their own. Batches need its schema, `model.codec.schema`: give it to the source
   * of a text file as `schema`, and put `castTo` behind any other.
   */
  readonly model?: FittedModel;
  /**
   * Draws of the latent a record, 100,000 at most; default 1. More than one also give `logLikelihood`, which approaches log p(x) from below
   * the more draws there are (Burda et al. 2016, equation 8).
   */
  readonly samples?: number;
  /** Seed of the draws; default 0. A record's scores depend on the seed and on its place in the stream alone. */
  readonly seed?: number;
  /** Told of values that the model has no code for, with their row in the stream from 0; they count as the nearest it has. */
  readonly onUnseen?: UnseenInStream;
}

/**
 * Emits how unusual each record is to the model, in the records' order, as float32 columns: `loss`, the negative ELBO (of an
 * autoencoder its reconstruction error); its parts `reconstruction` (mean over the draws) and `divergence`; `likelihood`,
 * the exact -log p(x), where the model has a null state; and `logLikelihood`, the log of the mean importance weight, with more
 * than one sample. Nats, but for squared errors. RangeError for `samples` that is not a whole number from 1 to 100,000; a batch
 * of another schema than the model's is a SchemaMismatchError.
 */
export function score(options: ScoreOptions = {}): OperatorFunction<BatchOrEvent, RecordBatch> {
  requireOptions('score()', options, { model: true, samples: 'number', seed: 'number', onUnseen: 'function' });
  const { samples = 1, seed = 0, onUnseen } = options;
  requireWhole('samples', samples, 1, MOST_SAMPLES);
  const key = foldIn(randomKey(seed), 'score');
  return withModel(
    options,
    () =>
      async function* (input) {
        const { batch, model, offset } = input;
        const rows = batch.numRows;
        const values = await input.codes(onUnseen);
        const ids = Float64Array.from({ length: rows }, (_, i) => offset + i);
        const sums = createSums(rows);
        for (let sample = 0; sample < (model.variational ? samples : 1); sample += 1) {
          sums.add(await model.score(values, noiseOf(model, key, ids, sample), rows));
        }
        const columns = sums.columns(samples > 1);
        const schema = new Schema(Object.keys(columns).map((name) => new Field(name, new Float32(), false)));
        yield batchOf(
          schema,
          rows,
          Object.values(columns).map((data) => makeData({ type: new Float32(), data })),
        );
      },
  );
}

function noiseOf(model: FittedModel, key: RandomKey, ids: Float64Array, sample: number): Float32Array {
  return model.variational ? latentNoise(foldIn(key, sample), ids, model.latent) : new Float32Array(0);
}

/** Adds up the scores of several draws, the importance weights in log space. */
function createSums(rows: number): {
  add(scores: Scores): void;
  columns(withLogLikelihood: boolean): Readonly<Record<string, Float32Array>>;
} {
  const reconstruction = new Float64Array(rows);
  const largest = new Float64Array(rows).fill(Number.NEGATIVE_INFINITY);
  const weights = new Float64Array(rows);
  let draws = 0;
  let last: Scores | undefined;
  return {
    add(scores) {
      draws += 1;
      last = scores;
      for (let row = 0; row < rows; row += 1) {
        reconstruction[row] = (reconstruction[row] as number) + (scores.reconstruction[row] as number);
        const weight = scores.logWeight?.[row];
        if (weight === undefined) continue;
        const before = largest[row] as number;
        const most = Math.max(before, weight);
        weights[row] = (weights[row] as number) * Math.exp(before - most) + Math.exp(weight - most);
        largest[row] = most;
      }
    },
    columns(withLogLikelihood) {
      const { divergence, likelihood, logWeight } = last ?? {};
      const mean = Float32Array.from(reconstruction, (sum) => sum / Math.max(1, draws));
      return {
        loss: divergence === undefined ? mean : mean.map((value, row) => value + (divergence[row] as number)),
        reconstruction: divergence === undefined ? mean.slice() : mean,
        ...(divergence === undefined ? {} : { divergence }),
        ...(likelihood === undefined ? {} : { likelihood }),
        ...(withLogLikelihood && logWeight !== undefined
          ? {
              logLikelihood: Float32Array.from(weights, (sum, row) => (largest[row] as number) + Math.log(sum / draws)),
            }
          : {}),
      };
    },
  };
}
