import type { RecordBatch } from 'apache-arrow';
import type { Codec } from '../columns/codec.js';
import type { CodecFitter } from '../columns/codec-fitter.js';
import type { FidelityOptions } from './fidelity-options.js';
import type { CompareRecords } from './fidelity-probe.js';
import type { FitOptions } from './fit-options.js';
import type { Recipe } from './recipe.js';
import { createSpool, type SpoolOptions } from './spool.js';
import { startEvent } from './start-event.js';
import type { TrainingEvent } from './training-event.js';

/** What a table is trained with. */
export interface TrainingPlan {
  readonly options: FitOptions & SpoolOptions & Pick<FidelityOptions, 'fidelity'> & { readonly relations?: boolean };
  readonly createFitter: (batch: RecordBatch) => CodecFitter;
  readonly recipeOf: (codec: Codec, rows: number) => Recipe;
  readonly compare: CompareRecords;
  readonly signal: AbortSignal;
}

/**
 * Keeps the batches of a table, fits columns to them, trains on them in several passes, and emits the training's events, the
 * model, and the batches again. RangeError where there are none.
 */
export async function* trainInPasses(
  batches: AsyncIterable<RecordBatch>,
  { options, createFitter, recipeOf, compare, signal }: TrainingPlan,
): AsyncGenerator<TrainingEvent, void, void> {
  const spool = createSpool(options);
  try {
    let fitter: CodecFitter | undefined;
    for await (const batch of batches) {
      fitter ??= createFitter(batch);
      await fitter.addInTurns(batch);
      await spool.add(batch);
    }
    if (fitter === undefined) throw new RangeError('Expected at least one record batch to train on, got none');
    const codec = await fitter.finishInTurns();
    const recipe = recipeOf(codec, spool.rows);
    yield startEvent(codec, recipe);
    // Not before: programs that only use a model do without.
    const { fitModel } = await import('./fit-model.js');
    const table = { codec, rows: spool.rows, batches: () => spool.batches() };
    const model = yield* fitModel(table, recipe, { ...options, compare, signal });
    yield { kind: 'model', model };
    for await (const batch of spool.batches()) yield { kind: 'batch', batch, model };
  } finally {
    await spool.close();
  }
}
