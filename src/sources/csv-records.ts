import type { TextFields } from './text-fields.js';

/** Some records of a CSV text, column by column. */
export interface CsvRecords {
  readonly columns: readonly TextFields[];
  /** The line at which each record begins, the header's being 1. */
  readonly lines: Float64Array;
  /** Bytes of the records, line ends included. */
  readonly byteLength: number;
}

/** Where the fields of a growing group of records are. */
export interface RecordPlaces {
  readonly columns: number;
  readonly rows: number;
  /** Whether there are as many records as a group has. */
  readonly isFull: boolean;
  /** [records, columns, 2] with room for another record after `makeRoom`: begin and end of each field among the group's bytes, see `TextFields`. */
  readonly bounds: Int32Array;
  makeRoom(): void;
  /** Counts the record whose bounds were written behind the others; it began at `line`. */
  add(line: number): void;
  /** The records, which begin with `bytes` and are `byteLength` of them, and a new group. */
  end(bytes: Uint8Array, byteLength: number): CsvRecords;
}

/** The places of up to `groupRows` records of so many columns. */
export function createRecordPlaces(columns: number, groupRows: number): RecordPlaces {
  let capacity = 0;
  let rows = 0;
  let bounds = new Int32Array(0);
  let lines = new Float64Array(0);
  return {
    columns,
    get rows() {
      return rows;
    },
    get isFull() {
      return rows >= groupRows;
    },
    get bounds() {
      return bounds;
    },
    makeRoom() {
      if (rows < capacity) return;
      capacity = Math.min(groupRows, Math.max(256, 2 * rows));
      bounds = grown(bounds, new Int32Array(capacity * columns * 2));
      lines = grown(lines, new Float64Array(capacity));
    },
    add(line) {
      lines[rows] = line;
      rows += 1;
    },
    end(bytes, byteLength) {
      const group = { length: rows, bytes, bounds, stride: 2 * columns };
      const records: CsvRecords = {
        columns: Array.from({ length: columns }, (_, c) => ({ ...group, offset: 2 * c })),
        lines: lines.subarray(0, rows),
        byteLength,
      };
      rows = 0;
      bounds = new Int32Array(bounds.length);
      lines = new Float64Array(lines.length);
      return records;
    },
  };
}

/** No records of so many columns. */
export function noRecords(columns: number): CsvRecords {
  return createRecordPlaces(columns, 1).end(new Uint8Array(0), 0);
}

function grown<T extends Int32Array | Float64Array>(values: T, larger: T): T {
  larger.set(values);
  return larger;
}
