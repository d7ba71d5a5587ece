import { foldIn, type RandomKey, uniformAt } from '../random.js';
import type { SampledColumn } from './column-values.js';

/** `count` rows of a table, drawn without replacement (all where it has no more), in their order. */
export function takeRows(columns: readonly SampledColumn[], count: number, key: RandomKey): SampledColumn[] {
  const rows = rowsOf(columns);
  if (count >= rows) return [...columns];
  return pickRows(columns, shuffled(rows, foldIn(key, 'rows')).subarray(0, count).sort());
}

/** The rows at given places. */
export function pickRows(columns: readonly SampledColumn[], places: Int32Array): SampledColumn[] {
  return columns.map((column) => ({
    ...column,
    numbers:
      column.kind === 'number' ? Float64Array.from(places, (row) => column.numbers[row] as number) : column.numbers,
    codes: column.kind === 'category' ? Int32Array.from(places, (row) => column.codes[row] as number) : column.codes,
  }));
}

/** Rows of a table. */
export function rowsOf(columns: readonly SampledColumn[]): number {
  return columns[0] === undefined ? 0 : Math.max(columns[0].numbers.length, columns[0].codes.length);
}

/** 0 .. rows - 1 in random order (Fisher and Yates). */
export function shuffled(rows: number, key: RandomKey): Int32Array {
  const order = Int32Array.from({ length: rows }, (_, row) => row);
  for (let row = rows - 1; row > 0; row -= 1) {
    const other = Math.floor(uniformAt(key, row) * (row + 1));
    const held = order[row] as number;
    order[row] = order[other] as number;
    order[other] = held;
  }
  return order;
}

/** A fold for each row, the folds of equal size. */
export function shuffledFolds(rows: number, folds: number, key: RandomKey): Int32Array {
  return shuffled(rows, foldIn(key, 'folds')).map((place) => place % folds);
}
