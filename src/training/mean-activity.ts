import type { Metrics } from '../engine/engine.js';
import type { Recipe } from './recipe.js';
import type { Sparsity } from './training-progress.js';

/** The mean activation of each unit, by batch and over an epoch; empty for models that are not to be sparse. */
export function createMeanActivity({ network }: Recipe): {
  add(metrics: Metrics, scale: number, rows: number): { readonly sparsity?: Sparsity };
  readonly mean: { readonly sparsity?: Sparsity };
} {
  const sparsity = network.kind === 'autoencoder' ? network.sparsity : undefined;
  const target = sparsity?.kind === 'kl' ? { target: sparsity.target } : {};
  let total: Float64Array | undefined;
  let count = 0;
  return {
    add(metrics, scale, rows) {
      const summed = metrics.sparsity;
      if (summed === undefined) return {};
      const mean = summed.map((activation) => activation * scale);
      total ??= new Float64Array(mean.length);
      mean.forEach((activation, unit) => {
        (total as Float64Array)[unit] = (total?.[unit] ?? 0) + activation * rows;
      });
      count += rows;
      return { sparsity: { ...target, mean } };
    },
    get mean() {
      return total === undefined
        ? {}
        : { sparsity: { ...target, mean: Float32Array.from(total, (sum) => sum / count) } };
    },
  };
}
