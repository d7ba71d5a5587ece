import type { Points, RecordSpace } from './record-space.js';

/** The distances of each query to the nearest and to the second nearest of other records. */
export interface NearestTwo {
  readonly first: Float32Array;
  readonly second: Float32Array;
}

/**
 * Searches every query among all others, giving a candidate up once it is too far. Infinity where there is no candidate.
 * Cost: 10,000 records of 15 columns among 20,000 take about a second.
 */
export function nearestTwo({ ranked, coded }: RecordSpace, queries: Points, others: Points): NearestTwo {
  const first = new Float32Array(queries.rows).fill(Number.POSITIVE_INFINITY);
  const second = new Float32Array(queries.rows).fill(Number.POSITIVE_INFINITY);
  for (let q = 0; q < queries.rows; q += 1) {
    let [nearest, next] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (let row = 0; row < others.rows; row += 1) {
      let distance = 0;
      for (let c = 0; c < coded && distance < next; c += 1) {
        if (queries.codes[q * coded + c] !== others.codes[row * coded + c]) distance += 1;
      }
      for (let c = 0; c < ranked && distance < next; c += 1) {
        const apart = Math.abs((queries.ranks[q * ranked + c] as number) - (others.ranks[row * ranked + c] as number));
        distance += apart < 1 ? apart : 1;
      }
      if (distance >= next) continue;
      if (distance < nearest) [nearest, next] = [distance, nearest];
      else next = distance;
    }
    first[q] = nearest;
    second[q] = next;
  }
  return { first, second };
}
