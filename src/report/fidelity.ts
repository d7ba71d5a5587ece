import type { RecordBatch } from 'apache-arrow';
import { requireBatch } from '../batches/require-batch.js';
import { valueText } from '../value-text.js';
import { columnValues } from './column-values.js';
import { compareColumns } from './compare-columns.js';
import type { Fidelity } from './comparison.js';

/**
 * Compares two tables of one schema, held in memory, over the named columns (by default all): column shapes and pair
 * trends as SDMetrics defines them. Sampling noise alone leaves some error: compare with that of two real samples.
 */
export function fidelity(
  real: readonly RecordBatch[],
  synthetic: readonly RecordBatch[],
  names: readonly string[] = real[0]?.schema.names.map(String) ?? [],
): Fidelity {
  for (const [which, batches] of Object.entries({ real, synthetic })) {
    if (!Array.isArray(batches))
      throw new TypeError(`Expected the ${which} table as a list of record batches, got ${valueText(batches)}`);
    for (const batch of batches) requireBatch(batch);
  }
  return compareColumns(
    names.map((name) => {
      const column = columnValues(real, name);
      return [column, columnValues(synthetic, name, column.levels)];
    }),
  );
}
