import type { Span } from '../models/span.js';
import { foldIn, type RandomKey, uniformAt } from '../random.js';

/**
 * Numbers kept for training, so that memory has a bound whatever the number of rows: 64 MB where no column has more than 256
 * codes, else 128 MB; as values 256 MB. A table of 15 columns has 4.4 million rows then, more than a training looks at.
 */
const MOST_VALUES = 64 * 1024 * 1024;

/** Codes in the least room, or values. */
type TableValues = Uint8Array | Uint16Array | Float32Array;

/** What the columns made of a table's rows, in memory. */
export interface CodeTable {
  /** Numbers of a row. */
  readonly width: number;
  /** Rows in the table, all of them or a fair sample. */
  readonly rows: number;
  /** Row-major [rows, width]: codes, or values. */
  readonly values: TableValues;
}

/** What rows look like: numbers a row, whether they are codes or values, and how many codes there are. */
export interface RowLayout {
  readonly width: number;
  readonly storage: 'codes' | 'values';
  readonly spans: readonly Pick<Span, 'width'>[];
}

/**
 * Collects rows, batch by batch. A table of more than 64 million numbers is represented by a uniform sample of its rows
 * (reservoir sampling, algorithm R: Vitter 1985), which follows from the key and the rows' order alone.
 */
export function createCodeTable(
  { width, storage, spans }: RowLayout,
  totalRows: number,
  key: RandomKey,
  mostValues = MOST_VALUES,
): { add(values: Uint16Array | Float32Array): void; readonly table: CodeTable } {
  const capacity = Math.min(totalRows, Math.max(1, Math.floor(mostValues / width)));
  const Codes = spans.every((span) => span.width <= 256) ? Uint8Array : Uint16Array;
  const kept: TableValues = new (storage === 'codes' ? Codes : Float32Array)(capacity * width);
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
