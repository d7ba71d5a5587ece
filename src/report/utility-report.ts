import { foldIn, type RandomKey } from '../random.js';
import type { SampledColumn } from './column-values.js';
import { countLabels } from './count-labels.js';
import { pickRows, rowsOf, shuffled, takeRows } from './take-rows.js';
import { utility } from './utility.js';

/** How much a model learns from synthetic records, beside what it learns from real ones. */
export interface UtilityReport {
  readonly target: string;
  readonly measure: 'auc' | 'r2';
  /** Trained on synthetic, tested on real records. */
  readonly synthetic: number;
  /** Trained on real records, tested on the same. */
  readonly real: number;
  /** Whether the test records are the holdout; else a fifth of the real ones, which the generator may have seen. */
  readonly heldOut: boolean;
  readonly rows: { readonly training: number; readonly test: number };
}

/** Rows that models are trained and tested on, at most. */
const MAX_ROWS = 50_000;
/** With fewer there is nothing to learn from. */
const MIN_ROWS = 100;
/** More classes than this are not measured: each takes a model of its own. */
const MAX_CLASSES = 10;

/**
 * The place of the target: of the column named, else of the last one that can be predicted (a number, or 2 to 10 classes), -1 where there
 * is none. RangeError when the named one is not among the columns or cannot be predicted.
 */
export function targetOf(columns: readonly SampledColumn[], name?: string): number {
  const target = columns.findLastIndex((column) => (name === undefined ? predictable(column) : column.name === name));
  const column = columns[target];
  if (name !== undefined && (column === undefined || !predictable(column))) {
    throw new RangeError(
      `Expected the target to be a compared number or a category of 2 to ${MAX_CLASSES} levels, got \`${name}\``,
    );
  }
  return target;
}

/** Measures a target, as `targetOf` finds it. Undefined where there is none, or too few rows. */
export function utilityReport(
  real: readonly SampledColumn[],
  synthetic: readonly SampledColumn[],
  holdout: readonly SampledColumn[] | undefined,
  key: RandomKey,
  name?: string,
): UtilityReport | undefined {
  const target = targetOf(real, name);
  const column = real[target];
  if (column === undefined || real.length < 2 || rowsOf(real) < MIN_ROWS || rowsOf(synthetic) < MIN_ROWS)
    return undefined;
  const order = shuffled(rowsOf(real), foldIn(key, 'utility'));
  const fifth = Math.floor(rowsOf(real) / 5);
  const test = holdout ?? pickRows(real, order.subarray(0, fifth));
  const rest = holdout === undefined ? pickRows(real, order.subarray(fifth)) : real;
  const rows = Math.min(MAX_ROWS, rowsOf(rest), rowsOf(synthetic));
  const tested = takeRows(test, MAX_ROWS, key);
  const [ofReal, ofSynthetic] = [rest, synthetic].map((table) => utility(takeRows(table, rows, key), tested, target));
  if (ofReal === undefined || ofSynthetic === undefined || Number.isNaN(ofReal.value + ofSynthetic.value))
    return undefined;
  return {
    target: column.name,
    measure: ofReal.measure,
    synthetic: ofSynthetic.value,
    real: ofReal.value,
    heldOut: holdout !== undefined,
    rows: { training: rows, test: rowsOf(tested) },
  };
}

function predictable({ kind, numbers, codes }: SampledColumn): boolean {
  if (kind === 'number') return new Set(numbers.filter((value) => !Number.isNaN(value))).size > 1;
  const levels = [...countLabels(codes).keys()].filter((code) => code >= 0).length;
  return levels >= 2 && levels <= MAX_CLASSES;
}
