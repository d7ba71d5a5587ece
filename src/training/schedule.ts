/** Steps over which the learning rate rises, where there are that many; else a tenth of all. */
const WARM_UP_STEPS = 100;

/**
 * The learning rate of step `step` (from 0) of `steps`: a linear rise over 100 steps, then half a cosine down to 0
 * (Loshchilov and Hutter, "SGDR", 2017, without restarts).
 */
export function learningRateAt(step: number, steps: number, peak: number): number {
  const rise = Math.min(WARM_UP_STEPS, Math.ceil(steps / 10));
  if (step < rise) return (peak * (step + 1)) / rise;
  return (peak * (1 + Math.cos((Math.PI * (step - rise)) / Math.max(1, steps - rise)))) / 2;
}
