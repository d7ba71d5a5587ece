import { fillUniforms, foldIn, type RandomKey } from '../random.js';

/** Other records looked at for each variant; the nearest is interpolated with. */
const OTHERS = 8;

/**
 * Moves the latents of variants [variants, latent] in place: each part of the way from the mean of its record to that of
 * the nearest of some others. `mu` [rows, latent] holds the means of the whole batch, the record of variant i at row `from + sources[i]`.
 */
export function moveTowardsOthers(
  latents: Float32Array,
  mu: Float32Array,
  sources: ArrayLike<number>,
  { latent, from, share }: Record<'latent' | 'from' | 'share', number>,
  key: RandomKey,
  ids: ArrayLike<number>,
): void {
  const rows = mu.length / latent;
  const draws = new Float32Array(ids.length * (OTHERS + 1));
  fillUniforms(foldIn(key, 'others'), ids, OTHERS + 1, draws);
  for (let i = 0; i < ids.length; i += 1) {
    const own = (from + (sources[i] as number)) * latent;
    let [nearest, least] = [own, Number.POSITIVE_INFINITY];
    for (let k = 0; k < OTHERS; k += 1) {
      const other = Math.floor((draws[i * (OTHERS + 1) + k] as number) * rows) * latent;
      let distance = 0;
      for (let d = 0; d < latent; d += 1) distance += ((mu[other + d] as number) - (mu[own + d] as number)) ** 2;
      if (other !== own && distance < least) [nearest, least] = [other, distance];
    }
    const way = share * (draws[i * (OTHERS + 1) + OTHERS] as number);
    for (let d = 0; d < latent; d += 1) {
      const step = way * ((mu[nearest + d] as number) - (mu[own + d] as number));
      latents[i * latent + d] = (latents[i * latent + d] as number) + step;
    }
  }
}
