import type { RecordBatch } from 'apache-arrow';
import { type OperatorFunction, pipe, tap } from 'rxjs';
import { requireBatch } from '../batches/require-batch.js';
import type { Codec } from '../columns/codec.js';
import { type CodecFitterOptions, checkCodecFitterOptions, createCodecFitter } from '../columns/codec-fitter.js';
import { startEngine } from '../engine/start-engine.js';
import type { FidelityOptions } from '../training/fidelity-options.js';
import type { CompareRecords } from '../training/fidelity-probe.js';
import type { FitOptions } from '../training/fit-options.js';
import type { Recipe } from '../training/recipe.js';
import { trainSinglePass } from '../training/single-pass.js';
import { type SinglePassOptions, settleSinglePass } from '../training/single-pass-options.js';
import { checkSpoolOptions, type SpoolOptions } from '../training/spool.js';
import { trainInPasses } from '../training/train-in-passes.js';
import type { TrainingEvent } from '../training/training-event.js';
import { transform } from './flow.js';

/** Options that every training operator has: of the columns (`target`, ...) and the spool (`memoryBytes`, `directory`). */
export interface TrainOptions
  extends FitOptions,
    Omit<CodecFitterOptions, 'copyClocks' | 'values' | 'differences' | 'dateParts'>,
    SpoolOptions,
    SinglePassOptions {
  /** Ends the stream with an error, the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * Trains what `recipeOf` says on a stream, in several passes over what is kept of it or in a single one, and emits the training's
 * events, the model, and the batches again. The engine loads while the stream is read. Throws RangeError for options that are wrong
 * whatever the batches.
 */
export function train(
  options: TrainOptions & FidelityOptions & { readonly relations?: boolean },
  fitterOptionsOf: (batch: RecordBatch) => CodecFitterOptions,
  recipeOf: (codec: Codec, rows: number) => Recipe,
): OperatorFunction<RecordBatch, TrainingEvent> {
  checkCodecFitterOptions(options);
  checkSpoolOptions(options);
  const settings = settleSinglePass(options);
  const copying = options.replay === 'none' ? { copyClocks: true, differences: false } : {};
  const createFitter = (batch: RecordBatch) =>
    createCodecFitter(batch.schema, { ...fitterOptionsOf(batch), ...copying });
  async function* events(
    batches: AsyncIterable<RecordBatch>,
    signal: AbortSignal,
  ): AsyncGenerator<TrainingEvent, void, void> {
    const started = options.engine === undefined ? startEngine() : undefined;
    const own = { ...options, ...(started === undefined ? {} : { engine: started }) };
    const plan = { options: own, createFitter, recipeOf, compare, signal };
    try {
      yield* options.replay === 'none' ? trainSinglePass(batches, { ...plan, settings }) : trainInPasses(batches, plan);
    } finally {
      await started?.close();
    }
  }
  const signals = options.signal === undefined ? {} : { signal: options.signal };
  return pipe(tap<RecordBatch>(requireBatch), transform(events, signals));
}

/** As `fidelityInTurns`, which is loaded where it is asked for. */
const compare: CompareRecords = (real, names) => {
  const comparing = import('../report/fidelity-in-turns.js').then(({ fidelityInTurns }) =>
    fidelityInTurns(real, names),
  );
  return async (drawn) => (await comparing)(drawn);
};
