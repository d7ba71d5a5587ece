import type { SampledColumn } from './column-values.js';

/** The bin of what has no value of its own: null, a level that is rare or was not there. */
export const MISSING_BIN = 255;

/** Columns as bins: one array a column, with whether its bins have an order. */
export interface BinnedFeatures {
  readonly rows: number;
  readonly columns: readonly Uint8Array[];
  readonly ordered: readonly boolean[];
}

/** How a column's values become bins 0..254 and 255: fitted on training rows. */
export interface FeatureBins {
  /** Categories have no order. */
  readonly ordered: boolean;
  apply(column: SampledColumn): Uint8Array;
}

/**
 * Fits the bins of a column: numbers are cut midway between distinct values where there are at most 255 of them, else at
 * quantiles (as scikit-learn's HistGradientBoosting does); of categories the 254 most frequent levels have a bin each.
 */
export function featureBins(column: SampledColumn): FeatureBins {
  return column.kind === 'number' ? numberBins(column.numbers) : levelBins(column.codes);
}

function numberBins(numbers: Float64Array): FeatureBins {
  const sorted = numbers.filter((value) => !Number.isNaN(value)).sort();
  const distinct = sorted.filter((value, i) => i === 0 || value !== sorted[i - 1]);
  const cuts =
    distinct.length <= MISSING_BIN
      ? distinct.subarray(1).map((value, i) => ((distinct[i] as number) + value) / 2)
      : quantileCuts(sorted);
  return {
    ordered: true,
    apply: (column) =>
      Uint8Array.from(column.numbers, (value) => (Number.isNaN(value) ? MISSING_BIN : below(cuts, value))),
  };
}

function quantileCuts(sorted: Float64Array): Float64Array {
  const cuts = new Set<number>();
  for (let k = 1; k < MISSING_BIN; k += 1) {
    const at = (k / MISSING_BIN) * (sorted.length - 1);
    // The mean of its neighbours, so that a cut never is a value unless that one is frequent.
    cuts.add(((sorted[Math.floor(at)] as number) + (sorted[Math.ceil(at)] as number)) / 2);
  }
  return Float64Array.from(cuts);
}

/** How many cuts are below a value. */
function below(cuts: Float64Array, value: number): number {
  let [low, high] = [0, cuts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((cuts[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function levelBins(codes: Int32Array): FeatureBins {
  const counts = new Map<number, number>();
  for (const code of codes) if (code >= 0) counts.set(code, (counts.get(code) ?? 0) + 1);
  const frequent = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, MISSING_BIN - 1);
  const bins = new Map(frequent.map(([code], bin) => [code, bin]));
  return {
    ordered: false,
    apply: (column) => Uint8Array.from(column.codes, (code) => bins.get(code) ?? MISSING_BIN),
  };
}
