import { foldIn, type RandomKey, uniformAt } from '../random.js';

/** Numbers kept for training: as codes 2 bytes each and so 128 MB, as values 4. */
const MOST_VALUES = 64 * 1024 * 1024;

/** What the columns made of a table's rows, in memory. */
export interface CodeTable {
  /** Numbers of a row. */
  readonly width: number;
  /** Rows in the table, all of them or a fair sample. */
  readonly rows: number;
  /** Row-major [rows, width]: codes, or values. */
  readonly values: Uint16Array | Float32Array;
}

/** What rows look like: numbers a row, and whether they are codes or values. */
export interface RowLayout {
  readonly width: number;
  readonly storage: 'codes' | 'values';
}

/**
 * Collects rows, batch by batch. A table of more than 64 million numbers is represented by a uniform sample of its rows
 * (reservoir sampling, algorithm R: Vitter 1985), which follows from the key and the rows' order alone.
 */
export function createCodeTable(
  { width, storage }: RowLayout,
  totalRows: number,
  key: RandomKey,
  mostValues = MOST_VALUES,
): { add(values: Uint16Array | Float32Array): void; readonly table: CodeTable } {
  const capacity = Math.min(totalRows, Math.max(1, Math.floor(mostValues / width)));
  const kept = storage === 'codes' ? new Uint16Array(capacity * width) : new Float32Array(capacity * width);
  const sampling = foldIn(key, 'reservoir');
  let seen = 0;
  return {
    add(values) {
      const rows = values.length / width;
      const room = Math.max(0, Math.min(rows, capacity - seen));
      if (room > 0) kept.set(values.subarray(0, room * width), seen * width);
      for (let row = room; row < rows; row += 1) {
        const place = Math.floor(uniformAt(sampling, seen + row) * (seen + row + 1));
        if (place < capacity) kept.set(values.subarray(row * width, (row + 1) * width), place * width);
      }
      seen += rows;
    },
    get table() {
      const rows = Math.min(seen, capacity);
      return { width, rows, values: kept.subarray(0, rows * width) };
    },
  };
}
