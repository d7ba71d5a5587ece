import { areaUnderRoc } from './area-under-roc.js';
import type { SampledColumn } from './column-values.js';
import { fitLogistic, logit } from './fit-logistic.js';
import { sparseDesign } from './sparse-design.js';
import { rowsOf } from './take-rows.js';

/** How well a classifier tells synthetic records from real ones. */
export interface Detection {
  /** Mean over folds of the area under the ROC curve: 0.5 cannot tell, 1 always can. */
  readonly auc: number;
  /** 1 - mean over folds of (2 max(AUC, 0.5) - 1): 1 cannot tell, 0 always can. */
  readonly score: number;
}

/** Features at most: each system of equations costs their cube. */
const MAX_FEATURES = 600;

/**
 * The classifier two-sample test by logistic regression, cross-validated (SDMetrics, LogisticDetection; Lopez-Paz and
 * Oquab 2017). `folds` says of each row, real ones first, which fold tests it, from 0.
 */
export function logisticDetection(
  real: readonly SampledColumn[],
  synthetic: readonly SampledColumn[],
  folds: ArrayLike<number>,
): Detection {
  const design = sparseDesign(real, synthetic, Math.max(5, Math.floor(MAX_FEATURES / Math.max(1, real.length))));
  const realRows = rowsOf(real);
  const positive = Uint8Array.from({ length: design.rows }, (_, row) => (row < realRows ? 0 : 1));
  return crossValidate(folds, positive, (training, test) => {
    const weights = fitLogistic(design, positive, training);
    return Float64Array.from(test, (row) => logit(design, weights, row));
  });
}

/** The test by any classifier: `scoresOf` fits to training rows and scores test rows. */
export function crossValidate(
  folds: ArrayLike<number>,
  positive: Uint8Array,
  scoresOf: (training: Int32Array, test: Int32Array) => Float64Array,
): Detection {
  const rows = Int32Array.from({ length: folds.length }, (_, row) => row);
  const count = 1 + Math.max(...new Set(Array.from(folds)));
  const aucs = Array.from({ length: count }, (_, fold) => {
    const test = rows.filter((row) => folds[row] === fold);
    const scores = scoresOf(
      rows.filter((row) => folds[row] !== fold),
      test,
    );
    return areaUnderRoc(
      scores,
      Uint8Array.from(test, (row) => positive[row] as number),
    );
  });
  const mean = (of: (auc: number) => number) => aucs.reduce((sum, auc) => sum + of(auc), 0) / count;
  return { auc: mean((auc) => auc), score: 1 - mean((auc) => 2 * Math.max(auc, 0.5) - 1) };
}
