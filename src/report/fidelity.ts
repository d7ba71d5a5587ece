import type { RecordBatch } from 'apache-arrow';
import { columnShapeError } from './column-shape.js';
import { columnValues } from './column-values.js';
import { pairTrendError } from './pair-trend.js';

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
  const read = names.map((name) => [columnValues(real, name), columnValues(synthetic, name)] as const);
  const columns = read.map(([a, b]) => ({ column: a.name, error: columnShapeError(a, b) }));
  const pairs = read.flatMap(([a, b], i) =>
    read.slice(i + 1).map(([c, d]) => ({ columns: [a.name, c.name] as const, error: pairTrendError([a, c], [b, d]) })),
  );
  const mean = (errors: readonly { readonly error: number }[]) => {
    const known = errors.filter(({ error }) => !Number.isNaN(error));
    return known.reduce((sum, { error }) => sum + error, 0) / Math.max(1, known.length);
  };
  return { shapeError: mean(columns), trendError: mean(pairs), columns, pairs };
}
