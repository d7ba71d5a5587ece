import { distanceBetween } from './distance-between.js';
import { hashesOf } from './hashes-of.js';
import type { Points, RecordSpace } from './record-space.js';
import { createRowLookup } from './row-lookup.js';

/** How often each query is among other records. */
export type CountEqual = (queries: Points) => Uint32Array;

/** Prepares the counting of records at distance 0. */
export function equalRecords(space: RecordSpace, others: Points): CountEqual {
  const columns = Array.from({ length: space.coded }, (_, column) => column);
  const { rows, position } = createRowLookup(hashesOf(space, others, columns, true), new Float32Array(others.rows));
  return (queries) => {
    const distance = distanceBetween(space, queries, others);
    return hashesOf(space, queries, columns, true).map((key, query) => {
      let count = 0;
      const end = position(key, 0, true);
      for (let at = position(key, 0); at < end; at += 1) {
        if (distance(query, rows[at] as number, Number.MIN_VALUE) === 0) count += 1;
      }
      return count;
    });
  };
}
