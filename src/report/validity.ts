import type { ColumnSummary } from './column-summary.js';

/** Shares of a column's synthetic values that could stand in the real table, in [0, 1]; absent where there is nothing to ask. */
export interface Validity {
  /** Of categories: values that the real column has. */
  readonly known?: number;
  /** Of numbers: values from the least to the largest real one. */
  readonly inRange?: number;
  /** Of numbers, where all real ones are whole: values that are. */
  readonly whole?: number;
  /** Rows that are not null, where no real one is. */
  readonly present?: number;
}

/** Compares what a column may hold with what it holds (SDMetrics: CategoryAdherence, BoundaryAdherence; and their like). */
export function validity(real: ColumnSummary, synthetic: ColumnSummary): Validity {
  const present = real.nulls === 0 && synthetic.rows > 0 ? { present: 1 - synthetic.nulls / synthetic.rows } : {};
  const values = synthetic.rows - synthetic.nulls;
  if (values === 0) return present;
  if (real.kind === 'category') {
    let known = 0;
    for (const [code, count] of synthetic.counts) if (code >= 0 && real.counts.has(code)) known += count;
    return { known: known / values, ...present };
  }
  const { values: found, weights } = synthetic.distribution;
  const [low, high] = [real.distribution.values[0] ?? Number.NaN, real.distribution.values.at(-1) ?? Number.NaN];
  let inRange = 0;
  found.forEach((value, i) => {
    if (value >= low && value <= high) inRange += weights[i] as number;
  });
  return {
    inRange: inRange / values,
    ...(real.allWhole && { whole: synthetic.wholes / values }),
    ...present,
  };
}
