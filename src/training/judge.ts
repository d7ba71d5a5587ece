import type { FitSettings } from './fit-options.js';
import type { EpochEvent } from './training-progress.js';

/** What an epoch is judged by, lower is better: the held-out loss, or the mean of shape and trend error. Undefined where nothing is held out. */
export function judge({ validation, fidelity }: EpochEvent, stopOn: FitSettings['stopOn']): number | undefined {
  if (stopOn === undefined) return validation?.loss;
  return fidelity && (fidelity.shapeError + fidelity.trendError) / 2;
}
