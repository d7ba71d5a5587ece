import { foldIn, type RandomKey, uniformAt } from '../random.js';
import type { CodeTable, RowLayout } from './code-table.js';

/** Numbers kept at most: as codes 2 bytes each and so 32 MB, as values 64 MB. */
const MOST_VALUES = 16 * 1024 * 1024;

/** The last rows of a stream, as codes or values. */
export interface RecentRows {
  readonly table: CodeTable;
  /** Adds rows in place of the oldest; gives where in the table they are, the last ones where they are too many. */
  add(values: Uint16Array | Float32Array): Uint32Array;
  /** Where in the table `count` rows are that are drawn from all, with replacement. */
  draw(count: number, key: RandomKey): Uint32Array;
}

/** How many rows are kept. */
export interface RecentRowsOptions {
  readonly rows: number;
  readonly leastRows?: number;
  readonly mostValues?: number;
}

/** Keeps the last `rows` rows; fewer, but not below `leastRows`, where these were more than 16 million numbers. */
export function createRecentRows(
  { width, storage }: Pick<RowLayout, 'width' | 'storage'>,
  { rows, leastRows = 1, mostValues = MOST_VALUES }: RecentRowsOptions,
): RecentRows {
  const capacity = Math.max(leastRows, Math.min(rows, Math.floor(mostValues / width)));
  const values = storage === 'codes' ? new Uint16Array(capacity * width) : new Float32Array(capacity * width);
  let seen = 0;
  const size = () => Math.min(seen, capacity);
  return {
    get table() {
      return { width, rows: size(), storage, values: values.subarray(0, size() * width) };
    },
    add(added) {
      const count = added.length / width;
      const kept = Math.min(count, capacity);
      const slots = Uint32Array.from({ length: kept }, (_, i) => (seen + count - kept + i) % capacity);
      slots.forEach((slot, i) => {
        const from = (count - kept + i) * width;
        values.set(added.subarray(from, from + width), slot * width);
      });
      seen += count;
      return slots;
    },
    draw: (count, key) => {
      const drawing = foldIn(key, 'recent');
      return Uint32Array.from({ length: count }, (_, i) => Math.floor(uniformAt(drawing, i) * size()));
    },
  };
}
