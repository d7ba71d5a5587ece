import { RecordBatch } from 'apache-arrow';
import { defer, filter, finalize, map, type Observable, type OperatorFunction } from 'rxjs';
import type { FittedModel } from '../training/fitted-model.js';
import type { BatchEvent, TrainingEvent } from '../training/training-event.js';
import { mapOrdered } from './flow.js';

/** What the operators that use a model take: the events of a training, or plain batches when a model is given. */
export type BatchOrEvent = RecordBatch | TrainingEvent;

/** A batch, the model to use on it, and how many records came before it. */
export interface BatchWithModel {
  readonly batch: RecordBatch;
  readonly model: FittedModel;
  readonly offset: number;
}

/** Told of a value that a model has no code for, its row counted in the stream from 0. */
export type UnseenInStream = (column: string, value: string, row: number) => void;

/** What the model's columns make of a batch, row-major [rows, width]: codes or values. Throws SchemaMismatchError for another schema than the model's. */
export function codesOf(
  { batch, model, offset }: BatchWithModel,
  onUnseen?: UnseenInStream,
): Uint16Array | Float32Array {
  return model.codec.encode(batch, onUnseen && ((column, value, row) => onUnseen(column, value, offset + row)));
}

/**
 * Maps the batches of a stream with a model: that of the events, or the one given. Steps and epochs pass by. The model's
 * threads are kept while the stream lasts and end with it. `createProject` is called once a subscription. A plain batch without a model is a TypeError.
 */
export function withModel(
  model: FittedModel | undefined,
  createProject: () => (input: BatchWithModel) => AsyncIterable<RecordBatch>,
): OperatorFunction<BatchOrEvent, RecordBatch> {
  return (source) =>
    defer(() => {
      const releases = new Map<FittedModel, () => void>();
      let offset = 0;
      const inputs: Observable<BatchWithModel> = source.pipe(
        filter((value): value is RecordBatch | BatchEvent => value instanceof RecordBatch || value.kind === 'batch'),
        map((value) => {
          const input = inputOf(value, model, offset);
          offset += input.batch.numRows;
          if (!releases.has(input.model)) releases.set(input.model, input.model.retain());
          return input;
        }),
      );
      return inputs.pipe(
        // While the last records of a batch are drawn, the next batch begins.
        mapOrdered(createProject(), { concurrency: 2 }),
        finalize(() => {
          for (const release of releases.values()) release();
        }),
      );
    });
}

function inputOf(value: RecordBatch | BatchEvent, model: FittedModel | undefined, offset: number): BatchWithModel {
  if (value instanceof RecordBatch) {
    if (model === undefined) {
      throw new TypeError('Expected a fitted model for plain batches: put trainVae() before, or give { model }');
    }
    return { batch: value, model, offset };
  }
  return { batch: value.batch, model: model ?? value.model, offset };
}
