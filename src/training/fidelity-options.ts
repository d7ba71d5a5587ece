import { requireWithin } from './fit-options.js';

/** Options of how close drawn records come to held-out ones while a model trains; in a single pass none are held out beyond the warm-up. */
export interface FidelityOptions {
  /**
   * When it is measured, on 2,048 held-out records at most: `epoch`, after each; `{ seconds }`, after the epochs that end at
   * least so long after the last time; false, never. Default `auto`: after an epoch once 150,000 records have passed since the
   * last time, about 1 % of the work of a training; no clock decides. Nothing of it changes the weights.
   */
  readonly fidelity?: 'auto' | 'epoch' | { readonly seconds: number } | false;
  /**
   * What decides which epoch's weights are kept, and what `patience` counts on: held-out rows (default), or the mean of
   * shape and trend error, which is then measured after each epoch.
   */
  readonly stopOn?: 'loss' | 'fidelity';
}

/** RangeError for a value that there is not, and where training is to stop on what is not measured every epoch. */
export function checkFidelityOptions({
  fidelity = 'auto',
  stopOn = 'loss',
  validation,
}: FidelityOptions & { readonly validation?: number }): void {
  if (typeof fidelity === 'object') requireWithin('fidelity seconds', fidelity.seconds, 0, 1e9);
  else if (fidelity !== false && fidelity !== 'auto' && fidelity !== 'epoch') {
    throw new RangeError(`Expected fidelity to be auto, epoch, { seconds } or false, got ${fidelity}`);
  }
  if (stopOn !== 'loss' && stopOn !== 'fidelity') {
    throw new RangeError(`Expected stopOn to be loss or fidelity, got ${stopOn}`);
  }
  if (stopOn === 'fidelity' && (fidelity === false || typeof fidelity === 'object')) {
    const found = fidelity === false ? 'false' : `every ${fidelity.seconds} seconds`;
    throw new RangeError(`Expected fidelity to be measured every epoch to stop on it, got ${found}`);
  }
  if (stopOn === 'fidelity' && validation === 0)
    throw new RangeError(
      'Expected validation above 0 to stop on fidelity, which is measured against held-out rows, got 0',
    );
}
