import type { RecordBatch } from 'apache-arrow';
import type { OperatorFunction } from 'rxjs';
import { tensorOf } from '../batches/tensor-field.js';
import { requireOptions } from '../require-options.js';
import type { TrainingEvent } from '../training/training-event.js';
import { checkVaeOptions, type VaeOptions, vaeRecipe } from '../training/vae-recipe.js';
import { requireTrainOptions, TRAIN_OPTIONS } from './require-train-options.js';
import { type TrainOptions, train } from './train.js';

/** Options of `trainVae`: of the model, the training, the columns (`target`, ...) and the spool (`memoryBytes`, `directory`). */
export interface TrainVaeOptions extends TrainOptions, VaeOptions {
  /**
   * How p(x | z) is built. `autoregressive`: column by column, each given those before, every column as codes; the most
   * faithful for tables. `factorised`: all columns at once, each by its own likelihood, as in the textbook; for images, and
   * for smooth values. Default `factorised` where the table has image columns or where `likelihood`, `filters`, `network`
   * or `freeBits` is given, else `autoregressive`, which has none of these.
   */
  readonly decoder?: 'autoregressive' | 'factorised';
  /**
   * Whether records drawn keep the relations that hold between columns of the table, as a shop's number determines its city:
   * `model.codec.dependencies`. Found with the autoregressive decoder alone, and not in a single pass. Default true.
   */
  readonly relations?: boolean;
}

/**
 * Trains a variational autoencoder on the batches of a table: emits an event a step and an epoch, then the fitted model, then
 * the batches again, each with the model.
 *
 * Training needs several passes, so the input is kept: in memory up to `memoryBytes` (16 MiB), beyond that in a temporary
 * file, removed at the end, on errors and on unsubscribing. Errors: RangeError for options out of range, for a table without
 * rows or without a column to learn from, and for values that a likelihood does not allow; SchemaMismatchError for batches
 * of different schemas; EngineError when training fails. The same seed and rows give the same model, however the rows were
 * divided into batches.
 *
 * With `replay: 'none'` the input is learned in a single pass and may have no end. It is kept until the warm-up's rows are
 * there; then come steps and a first model, the kept batches with it, and from then on, as batches come, steps, a model every
 * 200 steps, `drift` events, and each batch with the newest model (in two parts where a model begins within it). The step size
 * stays at `learningRate`. Numbers and dates that only rise are copied, not modelled. In memory are the warm-up's rows
 * (as above, and once more while columns are fitted anew), the recent rows as codes, and a mini-batch. The last model comes at
 * the end of the stream; one that ends within the warm-up is trained as above.
 */
export function trainVae(options: TrainVaeOptions = {}): OperatorFunction<RecordBatch, TrainingEvent> {
  requireTrainOptions('trainVae()', options, {
    ...TRAIN_OPTIONS,
    beta: 'number',
    warmUpEpochs: 'number',
    freeBits: 'number',
    fidelity: true,
    stopOn: true,
    decoder: true,
    relations: 'boolean',
  });
  const { fidelity } = options;
  if (typeof fidelity === 'object') requireOptions('`fidelity` of trainVae()', fidelity, { seconds: 'number' });
  checkVaeOptions(options);
  const { decoder = 'autoregressive' } = options;
  if (decoder !== 'autoregressive' && decoder !== 'factorised')
    throw new RangeError(`Expected decoder to be autoregressive or factorised, got ${String(decoder)}`);
  const needing = FACTORISED_ONLY.find((name) => options[name] !== undefined);
  if (needing !== undefined && options.decoder === 'autoregressive')
    throw new RangeError(`Expected the factorised decoder with ${needing}, got autoregressive`);
  const factorised = ({ schema }: RecordBatch) =>
    options.decoder === undefined
      ? needing !== undefined || schema.fields.some((field) => tensorOf(field) !== undefined)
      : options.decoder === 'factorised';
  return train(
    options,
    (batch) => ({
      ...options,
      values: factorised(batch) ? 'natural' : 'codes',
      differences: options.relations !== false,
      dateParts: true,
    }),
    (codec, rows) => vaeRecipe(options, codec, rows),
  );
}

const FACTORISED_ONLY = ['likelihood', 'filters', 'network', 'freeBits'] as const;
