import { columnShapeError } from './column-shape.js';
import type { ColumnValues } from './column-values.js';
import type { Fidelity } from './fidelity.js';
import { pairTrendError, trendColumn } from './pair-trend.js';

/** Compares columns that were read before, each of the real and of the synthetic table, with shared levels. */
export function compareColumns(read: readonly (readonly [ColumnValues, ColumnValues])[]): Fidelity {
  const columns = read.map(([a, b]) => ({ column: a.name, error: columnShapeError(a, b) }));
  const trends = read.map(([a, b]) => trendColumn(a, b));
  const pairs = trends.flatMap((a, i) =>
    trends.slice(i + 1).map((b) => ({ columns: [a.real.name, b.real.name] as const, error: pairTrendError(a, b) })),
  );
  return { shapeError: meanError(columns), trendError: meanError(pairs), columns, pairs };
}

function meanError(errors: readonly { readonly error: number }[]): number {
  const known = errors.filter(({ error }) => !Number.isNaN(error));
  return known.reduce((sum, { error }) => sum + error, 0) / Math.max(1, known.length);
}
