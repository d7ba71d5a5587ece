import { fitBoostedTrees } from './boosted-trees.js';
import type { SampledColumn } from './column-values.js';
import { crossValidate, type Detection } from './detection.js';
import type { BinnedFeatures } from './feature-bins.js';
import { featureBins } from './feature-bins.js';
import { rowsOf } from './take-rows.js';

/**
 * The classifier two-sample test by gradient-boosted trees: harder to pass than the logistic one, as trees see relations
 * between columns. `folds` as in `logisticDetection`; bins come from all rows, real and synthetic.
 */
export function boostingDetection(
  real: readonly SampledColumn[],
  synthetic: readonly SampledColumn[],
  folds: ArrayLike<number>,
): Detection {
  const joined = real.map((column, c) => join(column, synthetic[c] as SampledColumn));
  const bins = joined.map((column) => featureBins(column));
  const columns = joined.map((column, c) => bins[c]?.apply(column) as Uint8Array);
  const realRows = rowsOf(real);
  const positive = Uint8Array.from({ length: folds.length }, (_, row) => (row < realRows ? 0 : 1));
  const take = (rows: Int32Array): BinnedFeatures => ({
    rows: rows.length,
    columns: columns.map((column) => Uint8Array.from(rows, (row) => column[row] as number)),
    ordered: bins.map(({ ordered }) => ordered),
  });
  return crossValidate(folds, positive, (training, test) => {
    const target = Float64Array.from(training, (row) => positive[row] as number);
    return fitBoostedTrees(take(training), target, { loss: 'binary' }).score(take(test));
  });
}

function join(a: SampledColumn, b: SampledColumn): SampledColumn {
  return {
    ...a,
    numbers: Float64Array.from([...a.numbers, ...b.numbers]),
    codes: Int32Array.from([...a.codes, ...b.codes]),
  };
}
