/** Rows that share a value at least, for it to come back exactly: fewer might be told apart. */
export const LEAST_ROWS = 5;

/** The same for a table of so many rows: below 20 there is nothing to hide a value among, and every one comes back. */
export function leastRowsOf(rows: number): number {
  return rows < 20 ? 1 : LEAST_ROWS;
}
