import type { ReadColumn } from './read-table.js';

/** With fewer values, that all differ means nothing. */
const LEAST_VALUES = 20;
/** A column of no more distinct values is no clock, though its table may be sorted by it. */
const MOST_LEVELS = 50;
/** Whole numbers beyond are no longer all float64 numbers. */
const WIDE = 2 ** 53;

/**
 * Whether a column tells rows apart and nothing else: whole numbers that rise or fall from row to row, or all differ within
 * twice as many, or beyond 2^53; dates that never fall. All rows have to be in the column's sample.
 *
 * The codec has these rules too (`fitNumbers`), but not this answer: it estimates in bounded memory how many integers differ
 * (`createNumberPattern`), and takes a few per cent of repeats for none, where a gate would then compare less than it can. And it
 * models whole numbers of float types, and dates that never fall where a table ends, which are no less rows' names here.
 */
export function isKey({ type, summary, sample }: ReadColumn): boolean {
  const values = sample.numbers.filter((value) => !Number.isNaN(value));
  if (type === 'category' || values.length < LEAST_VALUES) return false;
  let [rising, falling, changes] = [true, true, 0];
  for (let r = 1; r < values.length; r += 1) {
    const step = (values[r] as number) - (values[r - 1] as number);
    if (step < 0) rising = false;
    if (step > 0) falling = false;
    if (step !== 0) changes += 1;
  }
  if (type === 'date') return rising && changes >= MOST_LEVELS;
  if (!summary.allWhole) return false;
  return ((rising || falling) && changes === values.length - 1) || allDiffer(values);
}

function allDiffer(values: Float64Array): boolean {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const isWide = Math.max(-low, high) >= WIDE;
  return (isWide || high - low < 2 * values.length) && new Set(values).size === values.length;
}
