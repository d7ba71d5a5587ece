import { type Span, valuesOf } from '../models/span.js';
import { foldIn, type RandomKey, uniformAt } from '../random.js';

/**
 * Bytes kept for training, so that memory has a bound whatever the number of rows and the kind of columns. A table of 15 columns
 * has 4.4 million rows then where no column has more than 256 codes, else 2.2 million, and 1.1 million as values.
 */
const MOST_BYTES = 64 * 1024 * 1024;

/** What the columns made of a table's rows, in memory. */
export interface CodeTable {
  /** Numbers of a row. */
  readonly width: number;
  /** Rows in the table, all of them or a fair sample. */
  readonly rows: number;
  readonly storage: 'codes' | 'values';
  /** Row-major [rows, width], in the least room: codes, values, or the bytes that values were before they were divided. */
  readonly values: Uint8Array | Uint16Array | Float32Array;
  /** [width] Where values are kept as bytes: what these are to be divided by. */
  readonly divisors?: Uint8Array;
}

/** What rows look like: numbers a row, whether they are codes or values, and how many codes there are. */
export interface RowLayout {
  readonly width: number;
  readonly storage: CodeTable['storage'];
  readonly spans: readonly Pick<Span, 'likelihood' | 'width' | 'nullable' | 'bytes'>[];
}

/**
 * Collects rows, batch by batch. A table of more than 64 MiB is represented by a uniform sample of its rows (reservoir
 * sampling, algorithm R: Vitter 1985), which follows from the key and the rows' order alone.
 */
export function createCodeTable(
  { width, storage, spans }: RowLayout,
  totalRows: number,
  key: RandomKey,
  mostBytes = MOST_BYTES,
): { add(values: Uint16Array | Float32Array): void; readonly table: CodeTable } {
  const inBytes = spans.every((span) => divisorOf(span) !== undefined);
  const Numbers = inBytes ? Uint8Array : storage === 'codes' ? Uint16Array : Float32Array;
  const capacity = Math.min(totalRows, Math.max(1, Math.floor(mostBytes / (width * Numbers.BYTES_PER_ELEMENT))));
  const kept = new Numbers(capacity * width);
  const divisors = inBytes && storage === 'values' ? { divisors: divisorsOf(spans) } : {};
  const sampling = foldIn(key, 'reservoir');
  let seen = 0;
  return {
    add(values) {
      const toKeep = divisors.divisors === undefined ? values : asBytes(values, divisors.divisors);
      const rows = values.length / width;
      const room = Math.max(0, Math.min(rows, capacity - seen));
      if (room > 0) kept.set(toKeep.subarray(0, room * width), seen * width);
      for (let row = room; row < rows; row += 1) {
        const place = Math.floor(uniformAt(sampling, seen + row) * (seen + row + 1));
        if (place < capacity) kept.set(toKeep.subarray(row * width, (row + 1) * width), place * width);
      }
      seen += rows;
    },
    get table() {
      const rows = Math.min(seen, capacity);
      return { width, rows, storage, values: kept.subarray(0, rows * width), ...divisors };
    },
  };
}

/** What bytes are to be divided by to be a span's numbers; undefined where they cannot be bytes. */
function divisorOf({ likelihood, width, bytes }: RowLayout['spans'][number]): number | undefined {
  if (likelihood === 'categorical') return width <= 256 ? 1 : undefined;
  return bytes === true ? 255 : undefined;
}

function divisorsOf(spans: RowLayout['spans']): Uint8Array {
  return Uint8Array.from(spans.flatMap((span) => new Array<number>(valuesOf(span)).fill(divisorOf(span) ?? 1)));
}

function asBytes(values: Uint16Array | Float32Array, divisors: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(values.length);
  for (let from = 0; from < values.length; from += divisors.length) {
    for (let i = 0; i < divisors.length; i += 1) {
      bytes[from + i] = Math.round((values[from + i] as number) * (divisors[i] as number));
    }
  }
  return bytes;
}
