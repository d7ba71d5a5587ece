import type { WeightedValues } from '../columns/quantile-sketch.js';

/**
 * 1 - max |F_real - F_synthetic|, the complement of the two-sample Kolmogorov-Smirnov statistic, in [0, 1], 1 being the
 * same distribution; nulls are left out (SDMetrics, KSComplement). Without values on one side 0, on both 1.
 */
export function ksComplement(real: WeightedValues, synthetic: WeightedValues): number {
  const [a, b] = [real, synthetic];
  if (a.values.length === 0 || b.values.length === 0) return a.values.length === b.values.length ? 1 : 0;
  const total = ({ weights }: WeightedValues) => weights.reduce((sum, weight) => sum + weight, 0);
  const [ofA, ofB] = [total(a), total(b)];
  let [i, j, below, under, largest] = [0, 0, 0, 0, 0];
  while (i < a.values.length && j < b.values.length) {
    const value = Math.min(a.values[i] as number, b.values[j] as number);
    if (a.values[i] === value) below += a.weights[i++] as number;
    if (b.values[j] === value) under += b.weights[j++] as number;
    largest = Math.max(largest, Math.abs(below / ofA - under / ofB));
  }
  return 1 - largest;
}
