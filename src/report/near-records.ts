import { distanceBetween } from './distance-between.js';
import { hashesOf } from './hashes-of.js';
import type { Points, RecordSpace } from './record-space.js';
import { createRowLookup } from './row-lookup.js';

/** Distances of queries, one a row, to the nearest of other records; Infinity where none is nearer than the radius. */
export type DistancesWithin = (queries: Points, except?: ArrayLike<number>) => Float64Array;

/**
 * Prepares a search for records nearer than `radius`, above 0. A record that near can disagree in fewer than `radius`
 * categories, so of as many groups of columns as that is rounded up, it agrees in one: each group has an index of its own. Up to a radius of 1 the first
 * number's rank narrows the search down, too. `except` is for each query a row that does not count, or -1.
 */
export function nearRecords(space: RecordSpace, others: Points, radius: number): DistancesWithin {
  const { ranked, coded } = space;
  const count = Math.max(1, Math.ceil(radius));
  const columns = Array.from({ length: coded }, (_, c) => c);
  // A group without columns holds all records: then one such group is enough.
  const groups =
    count > coded
      ? [[]]
      : Array.from({ length: count }, (_, group) => columns.filter((column) => column % count === group));
  const firstRank = (points: Points) =>
    Float32Array.from({ length: points.rows }, (_, row) => (ranked === 0 ? 0 : (points.ranks[row * ranked] as number)));
  const places = firstRank(others);
  const lookups = groups.map((group) => createRowLookup(hashesOf(space, others, group), places));
  const reach = radius > 1 ? Number.POSITIVE_INFINITY : radius;
  return (queries, except) => {
    const nearest = new Float64Array(queries.rows).fill(Number.POSITIVE_INFINITY);
    const distance = distanceBetween(space, queries, others);
    const ranks = firstRank(queries);
    groups.forEach((group, g) => {
      const { rows, position } = lookups[g] as (typeof lookups)[number];
      const keys = hashesOf(space, queries, group);
      for (let query = 0; query < queries.rows; query += 1) {
        const [key, rank] = [keys[query] as number, ranks[query] as number];
        let best = Math.min(radius, nearest[query] as number);
        const end = position(key, rank + reach, true);
        for (let at = position(key, rank - reach); at < end; at += 1) {
          const row = rows[at] as number;
          if (row === except?.[query]) continue;
          const apart = distance(query, row, best);
          if (apart >= best) continue;
          best = apart;
          nearest[query] = apart;
        }
      }
    });
    return nearest;
  };
}
