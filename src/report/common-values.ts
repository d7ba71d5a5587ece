import type { NumberedColumn } from '../columns/dependency-search.js';
import { LEAST_ROWS } from '../columns/least-rows.js';
import type { SampledColumn } from './column-values.js';
import { NULL_CODE } from './level-index.js';

/** The values of a column that five rows or more share, and null, numbered from 0. */
export interface CommonValues extends NumberedColumn {
  /** Which of them each row of the column, in this table or another, holds; -1 for any other value. */
  find(column: SampledColumn): Int32Array;
}

/** Numbers the values of a column's rows. */
export function commonValues(column: SampledColumn): CommonValues {
  const rowsOf = new Map<number, number>();
  for (const value of valuesOf(column)) rowsOf.set(value, (rowsOf.get(value) ?? 0) + 1);
  const nulls = column.kind === 'number' ? Number.NaN : NULL_CODE;
  const places = new Map<number, number>();
  for (const [value, rows] of rowsOf) {
    // A map takes one NaN for another.
    if (rows >= LEAST_ROWS || Object.is(value, nulls)) places.set(value, places.size);
  }
  return {
    name: column.name,
    size: places.size,
    nullValue: places.get(nulls) ?? -1,
    width: places.size,
    find(other) {
      const values = valuesOf(other);
      const found = new Int32Array(values.length);
      for (let r = 0; r < found.length; r += 1) found[r] = places.get(values[r] as number) ?? -1;
      return found;
    },
  };
}

function valuesOf({ kind, numbers, codes }: SampledColumn): Float64Array | Int32Array {
  return kind === 'number' ? numbers : codes;
}
