import type { NumberedColumn } from '../columns/dependency-search.js';
import type { SampledColumn } from './column-values.js';
import { NULL_CODE } from './level-index.js';

/** Rows that share a value at least, for it to have a number: fewer might be told apart. */
const LEAST_ROWS = 5;

/** The values of a column that five rows or more share, and null, numbered from 0. */
export interface CommonValues extends NumberedColumn {
  /** Which of them each row of the column, in this table or another, holds; -1 for any other value. */
  find(column: SampledColumn): Int32Array;
}

/** Numbers the values of a column's rows. */
export function commonValues(column: SampledColumn): CommonValues {
  const rowsOf = new Map<number, number>();
  let nulls = 0;
  for (const value of valuesOf(column)) {
    if (isNull(column, value)) nulls += 1;
    else rowsOf.set(value, (rowsOf.get(value) ?? 0) + 1);
  }
  const places = new Map<number, number>();
  for (const [value, rows] of rowsOf) if (rows >= LEAST_ROWS) places.set(value, places.size);
  const nullValue = nulls > 0 ? places.size : -1;
  const size = places.size + (nulls > 0 ? 1 : 0);
  return {
    name: column.name,
    size,
    nullValue,
    width: size,
    find: (other) =>
      Int32Array.from(valuesOf(other), (value) => (isNull(other, value) ? nullValue : (places.get(value) ?? -1))),
  };
}

function valuesOf({ kind, numbers, codes }: SampledColumn): Float64Array | Int32Array {
  return kind === 'number' ? numbers : codes;
}

function isNull({ kind }: SampledColumn, value: number): boolean {
  return kind === 'number' ? Number.isNaN(value) : value === NULL_CODE;
}
