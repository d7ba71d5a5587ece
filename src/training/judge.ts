import type { FitSettings } from './fit-options.js';
import type { EpochEvent } from './training-progress.js';

/** How much the loss counts beside the likelihood: of epochs that do as well for new records, the one that variants are better from. */
const LOSS_SHARE = 0.1;

/**
 * What an epoch is judged by, lower is better: the negative log-likelihood of held-out rows and, a little, their loss, which is all there is
 * for models without one; or the mean of shape and trend error. Undefined where nothing is held out. The loss alone goes on falling while
 * a model learns rows by heart: half of it is of rows that are told by their latents.
 */
export function judge({ validation, fidelity }: EpochEvent, stopOn: FitSettings['stopOn']): number | undefined {
  if (stopOn !== undefined) return fidelity && (fidelity.shapeError + fidelity.trendError) / 2;
  if (validation?.likelihood === undefined) return validation?.loss;
  return (1 - LOSS_SHARE) * validation.likelihood + LOSS_SHARE * validation.loss;
}
