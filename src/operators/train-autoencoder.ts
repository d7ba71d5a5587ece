import type { RecordBatch } from 'apache-arrow';
import type { OperatorFunction } from 'rxjs';
import { requireOptions } from '../require-options.js';
import {
  type AutoencoderOptions,
  autoencoderRecipe,
  checkAutoencoderOptions,
  type SparsityOptions,
} from '../training/autoencoder-recipe.js';
import type { TrainingEvent } from '../training/training-event.js';
import { valueText } from '../value-text.js';
import { requireTrainOptions, TRAIN_OPTIONS } from './require-train-options.js';
import { type TrainOptions, train } from './train.js';

/** Options of `trainAutoencoder`: of the model, the training, the columns (`likelihood`, ...) and the spool. */
export interface TrainAutoencoderOptions extends TrainOptions, AutoencoderOptions {}

/**
 * Trains an autoencoder x -> B(A(x)) on the batches of a table and emits what `trainVae` emits. Real values are standardised
 * and judged by their squared error, binary and categorical ones by cross-entropy.
 *
 * Without hidden layers it is linear, a generalisation of principal components; `layers` make it non-linear; a `latent`
 * smaller than the input makes it undercomplete; `sparsity` keeps its activations small, and each step's event then tells
 * the mean activation of every unit. Its model encodes, reconstructs and scores; it has no distribution to draw new records
 * from. Errors and a single pass as `trainVae`.
 */
export function trainAutoencoder(options: TrainAutoencoderOptions = {}): OperatorFunction<RecordBatch, TrainingEvent> {
  requireTrainOptions('trainAutoencoder()', options, {
    ...TRAIN_OPTIONS,
    layers: true,
    codeActivation: true,
    sparsity: true,
  });
  const { layers } = options;
  if (layers !== undefined && !Array.isArray(layers))
    throw new TypeError(`Expected \`layers\` of trainAutoencoder() to be a list of widths, got ${valueText(layers)}`);
  if (options.sparsity !== undefined) requireSparsityOptions(options.sparsity);
  checkAutoencoderOptions(options);
  return train(
    options,
    () => ({ ...options, values: 'natural' }),
    (codec, rows) => autoencoderRecipe(options, codec, rows),
  );
}

/** A TypeError for names that the kind of penalty does not have. */
function requireSparsityOptions(sparsity: SparsityOptions): void {
  const of = '`sparsity` of trainAutoencoder()';
  const kind: unknown = (sparsity as Partial<SparsityOptions> | null)?.kind;
  if (typeof sparsity === 'object' && sparsity !== null && kind !== 'l1' && kind !== 'kl')
    throw new RangeError(`Expected the kind of ${of} to be l1 or kl, got ${valueText(kind)}`);
  if (sparsity.kind === 'l1') requireOptions(of, sparsity, { kind: true, weight: 'number', layer: true });
  else requireOptions(of, sparsity, { kind: true, target: 'number', weight: 'number', layer: true });
}
