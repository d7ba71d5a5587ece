import type { SampledColumn } from './column-values.js';

/** Counts what equals a training record. */
export interface CopyCounter {
  /** Different records that training holds exactly twice. */
  readonly twice: number;
  /** How many of `records` equal, in every column, a record that is there only once in training. */
  count(records: readonly SampledColumn[]): number;
}

/** A counter of the copies of `training`, which is gone through once. */
export function copyCounter(training: readonly SampledColumn[]): CopyCounter {
  const seen = new Map<string, number>();
  for (const key of keysOf(training)) seen.set(key, (seen.get(key) ?? 0) + 1);
  let twice = 0;
  for (const times of seen.values()) if (times === 2) twice += 1;
  return {
    twice,
    count(records) {
      let copies = 0;
      for (const key of keysOf(records)) if (seen.get(key) === 1) copies += 1;
      return copies;
    },
  };
}

function* keysOf(columns: readonly SampledColumn[]): Generator<string> {
  const rows = Math.max(0, ...columns.map(({ numbers, codes }) => Math.max(numbers.length, codes.length)));
  const parts = columns.map(({ kind, numbers, codes }) => (kind === 'number' ? numbers : codes));
  for (let row = 0; row < rows; row += 1) yield parts.map((values) => values[row]).join(',');
}
