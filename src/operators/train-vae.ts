import type { RecordBatch } from 'apache-arrow';
import type { OperatorFunction } from 'rxjs';
import { type CodecFitter, type CodecFitterOptions, createCodecFitter } from '../columns/codec.js';
import { type FitOptions, settle } from '../training/fit-options.js';
import { fitVae } from '../training/fit-vae.js';
import { createSpool, type SpoolOptions } from '../training/spool.js';
import type { TrainingEvent } from '../training/training-event.js';
import { fromAsync, toAsyncIterable } from './flow.js';

/** Options of `trainVae`: of the training, the columns (`target`, ...) and the spool (`memoryBytes`, `directory`). */
export interface TrainVaeOptions extends FitOptions, CodecFitterOptions, SpoolOptions {
  /** Ends the stream with an error, the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * Trains a variational autoencoder on the batches of a table: emits an event a step and an epoch, then the fitted model, then
 * the batches again, each with the model.
 *
 * Training needs several passes, so the input is kept: in memory up to `memoryBytes` (256 MiB), beyond that in a temporary
 * file, removed at the end, on errors and on unsubscribing. Errors: RangeError for options out of range, for a table without
 * rows or without a column to learn from; SchemaMismatchError for batches of different schemas; EngineError when training
 * fails. The same seed and rows give the same model, however the rows were divided into batches.
 */
export function trainVae(options: TrainVaeOptions = {}): OperatorFunction<RecordBatch, TrainingEvent> {
  settle(options, 1);
  const signals = options.signal === undefined ? {} : { signal: options.signal };
  return (source) => fromAsync((signal) => train(toAsyncIterable(source, signal), options), signals);
}

async function* train(
  batches: AsyncIterable<RecordBatch>,
  options: TrainVaeOptions,
): AsyncGenerator<TrainingEvent, void, void> {
  const spool = createSpool(options);
  try {
    let fitter: CodecFitter | undefined;
    for await (const batch of batches) {
      fitter ??= createCodecFitter(batch.schema, options);
      fitter.add(batch);
      await spool.add(batch);
    }
    if (fitter === undefined) throw new RangeError('Expected at least one record batch to train on, got none');
    const table = { codec: await fitter.finishInTurns(), rows: spool.rows, batches: () => spool.batches() };
    const model = yield* fitVae(table, options);
    yield { kind: 'model', model };
    for await (const batch of spool.batches()) yield { kind: 'batch', batch, model };
  } finally {
    await spool.close();
  }
}
