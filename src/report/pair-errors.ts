import type { SampledColumn } from './column-values.js';
import { pairTrendError, trendColumn } from './pair-trend.js';

/** How far the relation of two columns is off, in [0, 1]; NaN where a correlation is undefined. */
export interface PairError {
  readonly columns: readonly [string, string];
  readonly error: number;
}

/**
 * How far the trends of pairs of columns are apart, with a `yield` after each column and pair, where the event loop may take
 * a turn. Of more than `mostPairs` pairs so many are taken, evenly: there are half as many as the square of the columns.
 */
export function* pairErrors(
  read: readonly (readonly [SampledColumn, SampledColumn])[],
  mostPairs = Number.POSITIVE_INFINITY,
): Generator<undefined, readonly PairError[], undefined> {
  const trends: ReturnType<typeof trendColumn>[] = [];
  for (const [a, b] of read) {
    trends.push(trendColumn(a, b));
    yield;
  }
  const pairs: PairError[] = [];
  const every = Math.max(1, Math.ceil((trends.length * (trends.length - 1)) / 2 / mostPairs));
  let count = 0;
  for (const [i, a] of trends.entries()) {
    for (const b of trends.slice(i + 1)) {
      count += 1;
      if ((count - 1) % every !== 0) continue;
      pairs.push({ columns: [a.real.name, b.real.name], error: pairTrendError(a, b) });
      yield;
    }
  }
  return pairs;
}
