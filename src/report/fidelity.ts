import type { RecordBatch } from 'apache-arrow';
import { columnValues } from './column-values.js';
import { compareColumns } from './compare-columns.js';

/** How close synthetic records are to real ones; all errors in [0, 1], 0 being the same. */
export interface Fidelity {
  /** Mean of `columns`. */
  readonly shapeError: number;
  /** Mean of `pairs`, those whose correlation is undefined left out. */
  readonly trendError: number;
  readonly columns: readonly { readonly column: string; readonly error: number }[];
  readonly pairs: readonly { readonly columns: readonly [string, string]; readonly error: number }[];
}

/**
 * Compares two tables of one schema, held in memory, over the named columns (by default all): column shapes and pair
 * trends as SDMetrics defines them. Sampling noise alone leaves some error: compare with that of two real samples.
 */
export function fidelity(
  real: readonly RecordBatch[],
  synthetic: readonly RecordBatch[],
  names: readonly string[] = real[0]?.schema.names.map(String) ?? [],
): Fidelity {
  return compareColumns(
    names.map((name) => {
      const column = columnValues(real, name);
      return [column, columnValues(synthetic, name, column.levels)];
    }),
  );
}
