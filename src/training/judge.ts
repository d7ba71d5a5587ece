import type { FitSettings } from './fit-options.js';
import type { EpochEvent } from './training-progress.js';

/**
 * What an epoch is judged by, lower is better: the held-out rows' negative log-likelihood where the model has one, else their loss; or the
 * mean of shape and trend error. Undefined where nothing is held out. The loss goes on falling while a model that new records come from
 * learns rows by heart, as the other half of it only learns to tell a row from its latent.
 */
export function judge({ validation, fidelity }: EpochEvent, stopOn: FitSettings['stopOn']): number | undefined {
  if (stopOn === undefined) return validation?.likelihood ?? validation?.loss;
  return fidelity && (fidelity.shapeError + fidelity.trendError) / 2;
}
