import { createDistinctCount } from './distinct-count.js';
import { tollFor } from './frequent-numbers.js';
import { createTextTable, hashBytes } from './text-table.js';

/** Counts of texts in bounded memory. */
export interface TextCounter {
  /** Number of texts added, and their mean length in bytes. */
  readonly count: number;
  readonly meanLength: number;
  /** Whether every count is the true one. */
  readonly exact: boolean;
  /** The number of distinct texts: exact, or good to 1.6 % once texts were dropped. */
  readonly distinct: number;
  add(bytes: Uint8Array, start: number, end: number): void;
  /** The texts kept with their counts: most frequent first, equal counts in the order of their UTF-16 code units. */
  entries(): [text: string, rows: number][];
}

/**
 * Exact up to 2 * `capacity` distinct texts of `maxBytes` together; beyond, the heaviest, as `createFrequentNumbers` does.
 */
export function createTextCounter({ capacity = 4096, maxBytes = 2 ** 22 } = {}): TextCounter {
  const hashes = createDistinctCount();
  let table = createTextTable();
  let counts: number[] = [];
  let exact = true;
  let count = 0;
  let length = 0;

  function purge(): void {
    const keep = Math.min(capacity, table.size >> 1);
    const toll = tollFor(Float64Array.from(counts), keep);
    const kept = createTextTable();
    const keptCounts: number[] = [];
    for (let id = 0; id < counts.length; id += 1) {
      const rest = (counts[id] as number) - toll;
      if (rest <= 0) continue;
      const bytes = table.bytes(id);
      kept.add(bytes, 0, bytes.length, hashBytes(bytes, 0, bytes.length));
      keptCounts.push(rest);
    }
    exact = false;
    table = kept;
    counts = keptCounts;
  }

  return {
    get count() {
      return count;
    },
    get meanLength() {
      return length / count;
    },
    get exact() {
      return exact;
    },
    get distinct() {
      return exact ? table.size : Math.round(hashes.estimate());
    },
    add(bytes, start, end) {
      const hash = hashBytes(bytes, start, end);
      const id = table.add(bytes, start, end, hash);
      counts[id] = (counts[id] ?? 0) + 1;
      count += 1;
      length += end - start;
      // A hash counts once however often it is added: only new texts need to be told.
      if (counts[id] === 1) hashes.add(hash);
      if (table.size > 2 * capacity || (table.byteLength > maxBytes && table.size > 1)) purge();
    },
    entries() {
      const entries = counts.map((rows, id): [string, number] => [table.text(id), rows]);
      return entries.sort(([a, m], [b, n]) => n - m || (a < b ? -1 : a > b ? 1 : 0));
    },
  };
}
