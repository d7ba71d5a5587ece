import { areaUnderRoc } from './area-under-roc.js';
import { fitBoostedTrees } from './boosted-trees.js';
import type { SampledColumn } from './column-values.js';
import type { BinnedFeatures } from './feature-bins.js';
import { featureBins } from './feature-bins.js';
import { rSquared } from './r-squared.js';

/** How well a model predicts a column of records it has not seen. */
export interface Utility {
  /** `auc`: area under the ROC curve, of several classes the mean of each against the rest; `r2`: of a number. */
  readonly measure: 'auc' | 'r2';
  readonly value: number;
}

/**
 * Trains gradient-boosted trees on one table and tests them on another (Esteban et al. 2017: train on synthetic, test on
 * real). `target` is the position of the column to predict. Rows whose target is null, and classes that the test table has
 * fewer than two of or lacks, count for nothing. NaN where nothing is left to measure.
 */
export function utility(training: readonly SampledColumn[], test: readonly SampledColumn[], target: number): Utility {
  const [learned, asked] = [training[target], test[target]];
  if (learned === undefined || asked === undefined) throw new RangeError(`Expected a column at ${target}, got none`);
  const [from, to] = [known(learned), known(asked)];
  const others = (columns: readonly SampledColumn[]) => columns.filter((_, c) => c !== target);
  const bins = others(training).map((column) => featureBins(column));
  const binned = (columns: readonly SampledColumn[], rows: Int32Array): BinnedFeatures => ({
    rows: rows.length,
    columns: others(columns).map((column, c) => {
      const all = bins[c]?.apply(column) as Uint8Array;
      return Uint8Array.from(rows, (row) => all[row] as number);
    }),
    ordered: bins.map(({ ordered }) => ordered),
  });
  const [train, ask] = [binned(training, from), binned(test, to)];
  if (learned.kind === 'number') {
    const truth = Float64Array.from(to, (row) => asked.numbers[row] as number);
    const values = Float64Array.from(from, (row) => learned.numbers[row] as number);
    return { measure: 'r2', value: rSquared(fitBoostedTrees(train, values, { loss: 'squared' }).score(ask), truth) };
  }
  const classes = [...new Set(Array.from(to, (row) => asked.codes[row] as number))].sort((a, b) => a - b);
  // Of two classes each says the same of the other.
  const aucs = (classes.length === 2 ? classes.slice(1) : classes).map((level) => {
    const positive = Float64Array.from(from, (row) => (learned.codes[row] === level ? 1 : 0));
    const truth = Uint8Array.from(to, (row) => (asked.codes[row] === level ? 1 : 0));
    return areaUnderRoc(fitBoostedTrees(train, positive, { loss: 'binary' }).score(ask), truth);
  });
  const measured = aucs.filter((auc) => !Number.isNaN(auc));
  return { measure: 'auc', value: measured.reduce((sum, auc) => sum + auc, 0) / measured.length };
}

/** The rows that have a value. */
function known({ kind, numbers, codes }: SampledColumn): Int32Array {
  const length = kind === 'number' ? numbers.length : codes.length;
  return Int32Array.from({ length }, (_, row) => row).filter((row) =>
    kind === 'number' ? !Number.isNaN(numbers[row]) : (codes[row] as number) >= 0,
  );
}
