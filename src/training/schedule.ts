/** Steps over which the learning rate rises, where there are that many; else a tenth of all. */
const WARM_UP_STEPS = 100;

/**
 * The learning rate of step `step` (from 0) of `steps`: a linear rise over 100 steps, the peak, and over the last `decay` of
 * the rest half a cosine down to 0 (Loshchilov and Hutter, "SGDR", 2017, without restarts).
 */
export function learningRateAt(step: number, steps: number, peak: number, decay = 1): number {
  const rise = Math.min(WARM_UP_STEPS, Math.ceil(steps / 10));
  if (step < rise) return (peak * (step + 1)) / rise;
  const falling = Math.max(1, (steps - rise) * decay);
  const into = Math.max(0, step - (steps - (steps - rise) * decay));
  return decay === 0 ? peak : (peak * (1 + Math.cos((Math.PI * into) / falling))) / 2;
}
