import { columnShapeError } from './column-shape.js';
import type { SampledColumn } from './column-values.js';
import { type PairError, pairErrors } from './pair-errors.js';

/** How close synthetic records are to real ones; all errors in [0, 1], 0 being the same. */
export interface Fidelity {
  /** Mean of `columns`. */
  readonly shapeError: number;
  /** Mean of `pairs`, those whose correlation is undefined left out. */
  readonly trendError: number;
  readonly columns: readonly { readonly column: string; readonly error: number }[];
  readonly pairs: readonly PairError[];
}

/**
 * As `compareColumns`, with a `yield` after each column and pair, where the event loop may take a turn. `mostPairs` as in `pairErrors`.
 */
export function* comparison(
  read: readonly (readonly [SampledColumn, SampledColumn])[],
  mostPairs = Number.POSITIVE_INFINITY,
): Generator<undefined, Fidelity, undefined> {
  const columns: Fidelity['columns'][number][] = [];
  for (const [a, b] of read) {
    columns.push({ column: a.name, error: columnShapeError(a, b) });
    yield;
  }
  const pairs = yield* pairErrors(read, mostPairs);
  return { shapeError: meanError(columns), trendError: meanError(pairs), columns, pairs };
}

function meanError(errors: readonly { readonly error: number }[]): number {
  const known = errors.filter(({ error }) => !Number.isNaN(error));
  return known.reduce((sum, { error }) => sum + error, 0) / Math.max(1, known.length);
}
