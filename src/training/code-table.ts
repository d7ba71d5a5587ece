import { foldIn, type RandomKey, uniformAt } from '../random.js';

/** Codes kept for training: 2 bytes each, so 128 MB. */
const MOST_CODES = 64 * 1024 * 1024;

/** The codes of a table's rows, in memory. */
export interface CodeTable {
  /** Codes of a row. */
  readonly columns: number;
  /** Rows in the table, all of them or a fair sample. */
  readonly rows: number;
  /** Row-major [rows, columns]. */
  readonly codes: Uint16Array;
}

/**
 * Collects codes, batch by batch. A table of more than 64 million codes is represented by a uniform sample of its rows
 * (reservoir sampling, algorithm R: Vitter 1985), which follows from the key and the rows' order alone.
 */
export function createCodeTable(
  columns: number,
  totalRows: number,
  key: RandomKey,
  mostCodes = MOST_CODES,
): { add(codes: Uint16Array): void; readonly table: CodeTable } {
  const capacity = Math.min(totalRows, Math.max(1, Math.floor(mostCodes / columns)));
  const kept = new Uint16Array(capacity * columns);
  const sampling = foldIn(key, 'reservoir');
  let seen = 0;
  return {
    add(codes) {
      const rows = codes.length / columns;
      const room = Math.max(0, Math.min(rows, capacity - seen));
      if (room > 0) kept.set(codes.subarray(0, room * columns), seen * columns);
      for (let row = room; row < rows; row += 1) {
        const place = Math.floor(uniformAt(sampling, seen + row) * (seen + row + 1));
        if (place < capacity) kept.set(codes.subarray(row * columns, (row + 1) * columns), place * columns);
      }
      seen += rows;
    },
    get table() {
      const rows = Math.min(seen, capacity);
      return { columns, rows, codes: kept.subarray(0, rows * columns) };
    },
  };
}
