import type { SampledColumn } from './column-values.js';
import { NULL_CODE } from './level-index.js';
import { rowsOf } from './take-rows.js';

/** Rows of features of which few are not 0: `perRow` entries each, row-major. */
export interface SparseDesign {
  readonly rows: number;
  readonly width: number;
  readonly perRow: number;
  /** Which feature each entry is. */
  readonly index: Int32Array;
  readonly value: Float64Array;
}

/**
 * Columns as features of a linear model: numbers less their median, divided by their interquartile range (by the standard
 * deviation where that is 0), null as the median with an indicator of its own; a category one-hot, null a level and levels
 * below the `maxLevels` most frequent left out. Statistics are those of `real`, whose rows come first, as SDMetrics'
 * detection metrics have it, but for the indicator.
 */
export function sparseDesign(
  real: readonly SampledColumn[],
  synthetic: readonly SampledColumn[],
  maxLevels = 50,
): SparseDesign {
  const [first, second] = [rowsOf(real), rowsOf(synthetic)];
  const [rows, perRow] = [first + second, real.length];
  const index = new Int32Array(rows * perRow).fill(-1);
  const value = new Float64Array(rows * perRow);
  let width = 0;
  real.forEach((column, c) => {
    const other = synthetic[c] as SampledColumn;
    const put = (row: number, feature: number, x: number) => {
      index[row * perRow + c] = feature;
      value[row * perRow + c] = x;
    };
    if (column.kind === 'number') {
      const { centre, scale } = robust(column.numbers);
      const base = width;
      const place = (offset: number) => (x: number, row: number) => {
        if (Number.isNaN(x)) put(offset + row, base + 1, 1);
        else put(offset + row, base, (x - centre) / scale);
      };
      column.numbers.forEach(place(0));
      other.numbers.forEach(place(first));
      width += 2;
    } else {
      const features = frequentLevels(column.codes, maxLevels);
      const base = width;
      const place = (offset: number) => (code: number, row: number) => {
        const feature = features.get(code);
        if (feature !== undefined) put(offset + row, base + feature, 1);
      };
      column.codes.forEach(place(0));
      other.codes.forEach(place(first));
      width += features.size;
    }
  });
  return { rows, width, perRow, index, value };
}

function robust(numbers: Float64Array): { centre: number; scale: number } {
  const sorted = numbers.filter((x) => !Number.isNaN(x)).sort();
  if (sorted.length === 0) return { centre: 0, scale: 1 };
  const range = quantile(sorted, 0.75) - quantile(sorted, 0.25);
  const mean = sorted.reduce((sum, x) => sum + x, 0) / sorted.length;
  const deviation = Math.sqrt(sorted.reduce((sum, x) => sum + (x - mean) ** 2, 0) / sorted.length);
  return { centre: quantile(sorted, 0.5), scale: range || deviation || 1 };
}

/** Linear between order statistics, as numpy's. */
function quantile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)] as number, sorted[Math.ceil(at)] as number];
  return low + (high - low) * (at - Math.floor(at));
}

function frequentLevels(codes: Int32Array, most: number): ReadonlyMap<number, number> {
  const counts = new Map<number, number>([[NULL_CODE, 0]]);
  for (const code of codes) counts.set(code, (counts.get(code) ?? 0) + 1);
  const found = [...counts].filter(([, count]) => count > 0).sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  return new Map(found.slice(0, most).map(([code], feature) => [code, feature]));
}
