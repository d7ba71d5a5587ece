import type { RecordBatch } from 'apache-arrow';
import type { OperatorFunction } from 'rxjs';
import { requireOptions } from '../require-options.js';
import type { FittedModel } from '../training/fitted-model.js';
import { type BatchOrEvent, type UnseenInStream, withModel } from './with-model.js';

/** Options of `reconstruct`. */
export interface ReconstructOptions {
  /**
   * The model for plain batches; events of a training bring their own. Batches need its schema, `model.codec.schema`: give it to the source
   * of a text file as `schema`, and put `castTo` behind any other.
   */
  readonly model?: FittedModel;
  /** Told of values that the model has no code for, with their row in the stream from 0; they count as the nearest it has. */
  readonly onUnseen?: UnseenInStream;
}

/** Where in its code a number lies that is known by its code alone: the middle. */
const MIDDLE = 0.5;

/**
 * Emits what the model makes of each record, in the records' order and schema: through the mean of its latent and back,
 * with the most likely category and the mean of everything else. The same record always gives the same reconstruction.
 * Columns that are not modelled are copied. A batch of another schema than the model's is a SchemaMismatchError.
 */
export function reconstruct(options: ReconstructOptions = {}): OperatorFunction<BatchOrEvent, RecordBatch> {
  requireOptions('reconstruct()', options, { model: true, onUnseen: 'function' });
  const { onUnseen } = options;
  return withModel(
    options,
    () =>
      async function* (input) {
        const { batch, model } = input;
        const rows = batch.numRows;
        const values = await model.reconstruct(await input.codes(onUnseen), rows);
        const made = model.codec.relate({ codes: values, places: new Float32Array(values.length).fill(MIDDLE) });
        yield model.codec.decode(made.codes, made.places, {
          batch,
          rows: Int32Array.from({ length: rows }, (_, i) => i),
        });
      },
  );
}
