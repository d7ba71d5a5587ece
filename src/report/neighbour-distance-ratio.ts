import type { NearestTwo } from './nearest-two.js';

/** Of distances, or of their ratios. */
export interface Spread {
  readonly mean: number;
  readonly fifthPercentile: number;
}

/**
 * The nearest-neighbour distance ratio, nearest over second nearest, in [0, 1]: near 0 where a record sits on one training
 * record alone (Zhao et al. 2021, CTAB-GAN). Two neighbours at distance 0 give 1: they single nobody out.
 */
export function neighbourDistanceRatio({ first, second }: NearestTwo): Spread {
  const ratios = Float64Array.from(first, (nearest, row) => {
    const next = second[row] as number;
    return next === 0 ? 1 : Number.isFinite(next) ? nearest / next : Number.NaN;
  })
    .filter((ratio) => !Number.isNaN(ratio))
    .sort();
  const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
  return { mean, fifthPercentile: ratios[Math.floor(0.05 * ratios.length)] ?? Number.NaN };
}
