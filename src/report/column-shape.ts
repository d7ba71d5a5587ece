import type { ColumnValues } from './column-values.js';

/**
 * How far two columns' distributions are apart, in [0, 1]: for numbers the Kolmogorov-Smirnov statistic
 * max |F_real - F_synthetic| over values that are not null, for categories the total variation distance
 * 1/2 sum |p_real - p_synthetic|, null being a category. 1 minus SDMetrics' KSComplement and TVComplement.
 */
export function columnShapeError(real: ColumnValues, synthetic: ColumnValues): number {
  return real.kind === 'number'
    ? kolmogorovSmirnov(real.numbers, synthetic.numbers)
    : totalVariation(real.texts.map(String), synthetic.texts.map(String));
}

/** 1/2 sum |p - q| of the shares of labels. */
export function totalVariation(real: readonly string[], synthetic: readonly string[]): number {
  const counts = new Map<string, [number, number]>();
  for (const [side, labels] of [real, synthetic].entries()) {
    for (const label of labels) {
      const count = counts.get(label) ?? [0, 0];
      count[side] = (count[side] as number) + 1;
      counts.set(label, count);
    }
  }
  const apart = ([a, b]: [number, number]) => Math.abs(a / real.length - b / synthetic.length);
  return [...counts.values()].reduce((sum, count) => sum + apart(count), 0) / 2;
}

function kolmogorovSmirnov(real: Float64Array, synthetic: Float64Array): number {
  const [a, b] = [real, synthetic].map((values) => values.filter((value) => !Number.isNaN(value)).sort()) as [
    Float64Array,
    Float64Array,
  ];
  if (a.length === 0 || b.length === 0) return a.length === b.length ? 0 : 1;
  let [i, j, largest] = [0, 0, 0];
  while (i < a.length && j < b.length) {
    const value = Math.min(a[i] as number, b[j] as number);
    while (i < a.length && (a[i] as number) <= value) i += 1;
    while (j < b.length && (b[j] as number) <= value) j += 1;
    largest = Math.max(largest, Math.abs(i / a.length - j / b.length));
  }
  return largest;
}
