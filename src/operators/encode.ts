import { Field, Float32, makeData, type RecordBatch, Schema } from 'apache-arrow';
import type { OperatorFunction } from 'rxjs';
import { batchOf } from '../batches/batch-of.js';
import { requireOptions } from '../require-options.js';
import type { FittedModel } from '../training/fitted-model.js';
import { type BatchOrEvent, type UnseenInStream, withModel } from './with-model.js';

/** Options of `encode`. */
export interface EncodeOptions {
  /**
   * The model for plain batches; events of a training bring their own. Batches need its schema, `model.codec.schema`: give it to the source
   * of a text file as `schema`, and put `castTo` behind any other.
   */
  readonly model?: FittedModel;
  /** Whether log-variances follow the means, as `logVar_0`, ...; default false. */
  readonly logVar?: boolean;
  /** Told of values that the model has no code for, with their row in the stream from 0; they count as the nearest it has. */
  readonly onUnseen?: UnseenInStream;
}

/**
 * Emits q(z | x) of each record, in the records' order: float32 columns `mu_0`, `mu_1`, ..., one a latent dimension, and
 * on request `logVar_0`, ...; of an autoencoder its code, `code_0`, .... A batch of another schema than the model's is a SchemaMismatchError.
 */
export function encode(options: EncodeOptions = {}): OperatorFunction<BatchOrEvent, RecordBatch> {
  requireOptions('encode()', options, { model: true, logVar: 'boolean', onUnseen: 'function' });
  const { logVar = false, onUnseen } = options;
  return withModel(
    options,
    () =>
      async function* (input) {
        const { batch, model } = input;
        const posterior = await model.encode(await input.codes(onUnseen), batch.numRows);
        const parts: Record<string, Float32Array> = { [model.variational ? 'mu' : 'code']: posterior.mu };
        if (logVar && posterior.logVar !== undefined) parts.logVar = posterior.logVar;
        const names = Object.keys(parts).flatMap((name) =>
          Array.from({ length: model.latent }, (_, d) => `${name}_${d}`),
        );
        const schema = new Schema(names.map((name) => new Field(name, new Float32(), false)));
        const columns = Object.values(parts).flatMap((values) => columnsOf(values, batch.numRows, model.latent));
        yield batchOf(
          schema,
          batch.numRows,
          columns.map((data) => makeData({ type: new Float32(), data })),
        );
      },
  );
}

function columnsOf(values: Float32Array, rows: number, width: number): Float32Array[] {
  return Array.from({ length: width }, (_, d) =>
    Float32Array.from({ length: rows }, (_, row) => values[row * width + d] as number),
  );
}
