import type { ColumnValues } from './column-values.js';

/** How many of `records` equal, in every column, a record that is there only once in `training`. */
export function exactCopies(training: readonly ColumnValues[], records: readonly ColumnValues[]): number {
  const seen = new Map<string, number>();
  for (const key of keysOf(training)) seen.set(key, (seen.get(key) ?? 0) + 1);
  let copies = 0;
  for (const key of keysOf(records)) if (seen.get(key) === 1) copies += 1;
  return copies;
}

function* keysOf(columns: readonly ColumnValues[]): Generator<string> {
  const rows = Math.max(0, ...columns.map(({ numbers, codes }) => Math.max(numbers.length, codes.length)));
  const parts = columns.map(({ kind, numbers, codes }) => (kind === 'number' ? numbers : codes));
  for (let row = 0; row < rows; row += 1) yield parts.map((values) => values[row]).join(',');
}
