import type { ColumnSummary } from './column-summary.js';

/** Whether the texts of a column are mostly distinct, in a table of so many rows: an identifier or free text. */
export function isIdentifier({ kind, counts, overflowed }: ColumnSummary, rows: number): boolean {
  return overflowed || (kind === 'category' && counts.size > Math.max(50, rows / 2));
}
