import type { RecordBatch } from 'apache-arrow';
import { type OperatorFunction, pipe, tap } from 'rxjs';
import { requireBatch } from '../batches/require-batch.js';
import type { Codec } from '../columns/codec.js';
import {
  type CodecFitter,
  type CodecFitterOptions,
  checkCodecFitterOptions,
  createCodecFitter,
} from '../columns/codec-fitter.js';
import { fidelityInTurns } from '../report/fidelity-in-turns.js';
import type { FidelityOptions } from '../training/fidelity-options.js';
import { fitModel } from '../training/fit-model.js';
import type { FitOptions } from '../training/fit-options.js';
import type { Recipe } from '../training/recipe.js';
import { trainSinglePass } from '../training/single-pass.js';
import { type SinglePassOptions, settleSinglePass } from '../training/single-pass-options.js';
import { checkSpoolOptions, createSpool, type SpoolOptions } from '../training/spool.js';
import type { TrainingEvent } from '../training/training-event.js';
import { transform } from './flow.js';

/** Options that every training operator has: of the columns (`target`, ...) and the spool (`memoryBytes`, `directory`). */
export interface TrainOptions
  extends FitOptions,
    Omit<CodecFitterOptions, 'copyClocks'>,
    SpoolOptions,
    SinglePassOptions {
  /** Ends the stream with an error, the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * Keeps the batches of a stream, fits columns to them, trains what `recipeOf` says on them, and emits the training's events,
 * the model, and the batches again; or does so in a single pass. Throws RangeError for options that are wrong whatever the batches.
 */
export function train(
  options: TrainOptions & FidelityOptions & { readonly relations?: boolean },
  fitterOptionsOf: (batch: RecordBatch) => CodecFitterOptions,
  recipeOf: (codec: Codec, rows: number) => Recipe,
): OperatorFunction<RecordBatch, TrainingEvent> {
  const signals = options.signal === undefined ? {} : { signal: options.signal };
  checkCodecFitterOptions(options);
  checkSpoolOptions(options);
  const settings = settleSinglePass(options);
  if (options.replay === 'none') {
    const createFitter = (batch: RecordBatch) =>
      createCodecFitter(batch.schema, { ...fitterOptionsOf(batch), copyClocks: true });
    const plan = { options, settings, createFitter, recipeOf, compare: fidelityInTurns };
    return pipe(
      tap<RecordBatch>(requireBatch),
      transform((batches, signal) => trainSinglePass(batches, { ...plan, signal }), signals),
    );
  }
  const inPasses = async function* (
    batches: AsyncIterable<RecordBatch>,
    signal: AbortSignal,
  ): AsyncGenerator<TrainingEvent, void, void> {
    const spool = createSpool(options);
    try {
      let fitter: CodecFitter | undefined;
      for await (const batch of batches) {
        fitter ??= createCodecFitter(batch.schema, fitterOptionsOf(batch));
        await fitter.addInTurns(batch);
        await spool.add(batch);
      }
      if (fitter === undefined) throw new RangeError('Expected at least one record batch to train on, got none');
      const codec = await fitter.finishInTurns();
      const table = { codec, rows: spool.rows, batches: () => spool.batches() };
      const more = { compare: fidelityInTurns, signal };
      const model = yield* fitModel(table, recipeOf(codec, spool.rows), { ...options, ...more });
      yield { kind: 'model', model };
      for await (const batch of spool.batches()) yield { kind: 'batch', batch, model };
    } finally {
      await spool.close();
    }
  };
  return pipe(tap<RecordBatch>(requireBatch), transform(inPasses, signals));
}
