import type { Points, RecordSpace } from './record-space.js';

/**
 * The distance of a query to another record, by their rows: of a space's distance (see `recordSpace`) what counts below
 * `bound`; the sum is given up once it gets there, and is then some number of at least `bound`.
 */
export type DistanceBetween = (query: number, other: number, bound: number) => number;

/** The distances between points of a space. */
export function distanceBetween({ ranked, coded }: RecordSpace, queries: Points, others: Points): DistanceBetween {
  const [queryCodes, otherCodes, queryRanks, otherRanks] = [queries.codes, others.codes, queries.ranks, others.ranks];
  return (query, other, bound) => {
    let distance = 0;
    let [a, b] = [query * coded, other * coded];
    for (let c = 0; c < coded && distance < bound; c += 1, a += 1, b += 1) {
      if (queryCodes[a] !== otherCodes[b]) distance += 1;
    }
    [a, b] = [query * ranked, other * ranked];
    for (let c = 0; c < ranked && distance < bound; c += 1, a += 1, b += 1) {
      const apart = Math.abs((queryRanks[a] as number) - (otherRanks[b] as number));
      distance += apart < 1 ? apart : 1;
    }
    return distance;
  };
}
