import type { RandomKey } from '../random.js';
import { runThrough } from '../run-parts.js';
import { boostingDetection } from './boosting-detection.js';
import type { SampledColumn } from './column-values.js';
import { logisticDetection } from './detection.js';
import { pairErrors } from './pair-errors.js';
import { privacyReport } from './privacy-report.js';
import { relationReports } from './relation-reports.js';
import { rowsOf, shuffledFolds, takeRows } from './take-rows.js';
import { utilityReport } from './utility-report.js';
import { withDateParts } from './with-date-parts.js';

/** Sampled rows of the tables that are compared, their columns in the same order. */
export interface MeasuresInput {
  readonly real: readonly SampledColumn[];
  readonly synthetic: readonly SampledColumn[];
  readonly holdout?: readonly SampledColumn[] | undefined;
  /** Which columns of numbers are dates. */
  readonly dates: ReadonlySet<string>;
  readonly key: RandomKey;
  /** The column that usefulness is measured by; default the last that can be predicted. */
  readonly target?: string | undefined;
}

/** Rows a side that classifiers try to tell apart, at most. */
const DETECTION_ROWS = 10_000;

/** What takes long of a report, each a function of the sampled rows alone. */
export const measures = {
  pairs: ({ real, synthetic }: MeasuresInput) =>
    runThrough(pairErrors(real.map((column, c) => [column, synthetic[c] as SampledColumn]))),
  detection({ real, synthetic, dates, key }: MeasuresInput) {
    const rows = Math.min(DETECTION_ROWS, rowsOf(real), rowsOf(synthetic));
    const [some, others] = [takeRows(real, rows, key), takeRows(synthetic, rows, key)];
    const folds = shuffledFolds(2 * rows, 3, key);
    return {
      rows,
      logistic: logisticDetection(some, others, folds),
      boosting: boostingDetection(withDateParts(some, dates), withDateParts(others, dates), folds),
    };
  },
  relations: ({ real, synthetic, dates }: MeasuresInput) => runThrough(relationReports(real, synthetic, dates)),
  utility: ({ real, synthetic, holdout, key, target }: MeasuresInput) =>
    utilityReport(real, synthetic, holdout, key, target),
  privacy: ({ real, synthetic, holdout, key }: MeasuresInput) => privacyReport(real, synthetic, holdout, key),
} as const;

/** What a report measures in threads of their own. */
export type Measures = { readonly [Name in keyof typeof measures]: ReturnType<(typeof measures)[Name]> };
