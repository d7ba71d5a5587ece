import { totalVariation } from './column-shape.js';
import type { ColumnValues } from './column-values.js';

const BINS = 10;

/**
 * How far the relation of two columns is off, in [0, 1]: for two numbers half the difference of their Pearson
 * correlations, else the total variation distance of the pairs' shares, numbers being cut into 10 bins of equal width over
 * the real range. 1 minus SDMetrics' CorrelationSimilarity and ContingencySimilarity. NaN where a correlation is undefined.
 */
export function pairTrendError(
  real: readonly [ColumnValues, ColumnValues],
  synthetic: readonly [ColumnValues, ColumnValues],
): number {
  if (real[0].kind === 'number' && real[1].kind === 'number') {
    const difference =
      correlation(real[0].numbers, real[1].numbers) - correlation(synthetic[0].numbers, synthetic[1].numbers);
    return Math.abs(difference) / 2;
  }
  const labels = [0, 1].map((side) => {
    const column = real[side] as ColumnValues;
    const edges = edgesOf(column);
    return [labelsOf(column, edges), labelsOf(synthetic[side] as ColumnValues, edges)] as const;
  });
  const pairs = (of: 0 | 1) => (labels[0]?.[of] ?? []).map((label, row) => `${label} | ${labels[1]?.[of][row]}`);
  return totalVariation(pairs(0), pairs(1));
}

/** Pearson's correlation over rows where neither is null. */
function correlation(x: Float64Array, y: Float64Array): number {
  let [n, meanX, meanY, xx, yy, xy] = [0, 0, 0, 0, 0, 0];
  for (let row = 0; row < x.length; row += 1) {
    const [a, b] = [x[row] as number, y[row] as number];
    if (Number.isNaN(a) || Number.isNaN(b)) continue;
    n += 1;
    const [dx, dy] = [a - meanX, b - meanY];
    meanX += dx / n;
    meanY += dy / n;
    xx += dx * (a - meanX);
    yy += dy * (b - meanY);
    xy += dx * (b - meanY);
  }
  return xy / Math.sqrt(xx * yy);
}

function edgesOf({ kind, numbers }: ColumnValues): { low: number; width: number } {
  if (kind === 'category') return { low: 0, width: 1 };
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of numbers) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { low, width: (high - low) / BINS };
}

function labelsOf({ kind, numbers, texts }: ColumnValues, { low, width }: { low: number; width: number }): string[] {
  if (kind === 'category') return texts.map(String);
  return Array.from(numbers, (value) => {
    if (Number.isNaN(value)) return 'null';
    return String(Math.min(BINS - 1, Math.max(0, width > 0 ? Math.floor((value - low) / width) : 0)));
  });
}
