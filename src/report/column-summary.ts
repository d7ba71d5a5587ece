import { createQuantileSketch, type WeightedValues } from '../columns/quantile-sketch.js';
import { numberOf } from './column-values.js';
import { type LevelIndex, NULL_CODE } from './level-index.js';

/** What a pass over a whole column leaves. */
export interface ColumnSummary {
  readonly kind: 'number' | 'category';
  readonly rows: number;
  readonly nulls: number;
  /** Of numbers: how many are whole, and whether all are. */
  readonly wholes: number;
  readonly allWhole: boolean;
  /** Of numbers: exact up to 100,000 of them, beyond that a sketch (see `createQuantileSketch`). */
  readonly distribution: WeightedValues;
  /** Of categories: rows by code, null being -1. */
  readonly counts: ReadonlyMap<number, number>;
  /** Of categories: whether there are more levels than are kept apart; the rest share the code of `OTHER_LEVELS`. */
  readonly overflowed: boolean;
}

/** Adds rows up, one at a time. */
export interface ColumnSummariser {
  /** Adds what has a number, or null; gives it, NaN for null. */
  addNumber(value: unknown): number;
  /** Adds what has a text, or null; gives its code. */
  addText(value: unknown): number;
  finish(): ColumnSummary;
}

/** Levels of a column kept apart by default: beyond, a column is free text rather than a category. */
const MAX_LEVELS = 50_000;
/** What further levels are called. */
const OTHER_LEVELS = '\u0000further levels';

/**
 * A summary of a column to be; `levels` are shared with the columns it is compared with, and no more of them than `maxLevels` are
 * kept apart. Memory is bounded by them.
 */
export function createColumnSummariser(
  kind: 'number' | 'category',
  levels: LevelIndex,
  maxLevels = MAX_LEVELS,
): ColumnSummariser {
  const sketch = createQuantileSketch();
  const counts = new Map<number, number>();
  let [rows, nulls, wholes] = [0, 0, 0];
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let overflowed = false;
  return {
    addNumber(given) {
      const value = numberOf(given);
      rows += 1;
      if (Number.isNaN(value)) {
        nulls += 1;
        return value;
      }
      if (Number.isInteger(value)) wholes += 1;
      low = Math.min(low, value);
      high = Math.max(high, value);
      sketch.add(value);
      return value;
    },
    addText(value) {
      const text = value === null || value === undefined ? null : String(value);
      rows += 1;
      if (text === null) nulls += 1;
      let code = text === null ? NULL_CODE : levels.find(text);
      if (code === undefined) {
        const full = levels.texts.length >= maxLevels;
        overflowed ||= full;
        code = levels.codeOf(full ? OTHER_LEVELS : (text as string));
      }
      counts.set(code, (counts.get(code) ?? 0) + 1);
      return code;
    },
    finish() {
      const distribution = withEnds(sketch.summary(), low, high);
      return { kind, rows, nulls, wholes, allWhole: wholes === rows - nulls, distribution, counts, overflowed };
    },
  };
}

/** A sketch forgets the extremes; they come back with no weight. */
function withEnds({ values, weights }: WeightedValues, low: number, high: number): WeightedValues {
  if (values.length === 0 || (values[0] === low && values.at(-1) === high)) return { values, weights };
  return {
    values: Float64Array.from([
      ...(values[0] === low ? [] : [low]),
      ...values,
      ...(values.at(-1) === high ? [] : [high]),
    ]),
    weights: Float64Array.from([...(values[0] === low ? [] : [0]), ...weights, ...(values.at(-1) === high ? [] : [0])]),
  };
}
