import type { WeightedValues } from '../columns/quantile-sketch.js';

/** The distinct numbers in ascending order, each with how often it is there; NaN, a null, is left out. */
export function weigh(numbers: Float64Array): WeightedValues {
  const sorted = numbers.filter((value) => !Number.isNaN(value)).sort();
  const values = new Float64Array(sorted.length);
  const weights = new Float64Array(sorted.length);
  let size = 0;
  for (const value of sorted) {
    if (size === 0 || value !== values[size - 1]) values[size++] = value;
    weights[size - 1] = (weights[size - 1] as number) + 1;
  }
  return { values: values.slice(0, size), weights: weights.slice(0, size) };
}
