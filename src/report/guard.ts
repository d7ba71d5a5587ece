import { equalRecords } from './equal-records.js';
import { nearRecords } from './near-records.js';
import type { Points, RecordSpace } from './record-space.js';
import { type RepeatedRecords, repeatedRecords } from './repeated-records.js';

/** What a guard says of a record. */
export const PASSED = 0;
/** Nearer than the bound to a record of the reference. */
export const TOO_NEAR = 1;
/** Equal to a record that occurs once in the reference. */
export const COPIED = 2;

/** The bound below which a distance is too near: given, or the one that refuses a share of fresh real records at most. */
export type GuardRule = { readonly minDistance: number } | { readonly minShare: number };

/** A judge of records. */
export interface Guard {
  /** In units of `recordSpace`: columns that differ wholly. */
  readonly minDistance: number;
  /** Share of the fresh records that are refused. */
  readonly freshShare: number;
  /** What the fresh records repeat of the reference, where that is more than chance: they are not fresh. */
  readonly repeated: RepeatedRecords | undefined;
  /** Records of the reference that occur once: those that are guarded. */
  readonly guarded: number;
  /** PASSED, TOO_NEAR or COPIED for each record. */
  judge(records: Points): Uint8Array;
}

/**
 * A guard of the records that occur once in `reference`; those that occur more often are nobody's, and what equals one
 * passes. `fresh` are real records that are not among the reference; a list of its rows means those, each left out in its turn.
 */
export function createGuard(space: RecordSpace, reference: Points, fresh: Points | Int32Array, rule: GuardRule): Guard {
  const countIn = equalRecords(space, reference);
  const counts = countIn(reference);
  const once = Int32Array.from(counts, (_, row) => row).filter((row) => counts[row] === 1);
  const guarded = pick(space, reference, once);
  // Where all columns are categories, fresh real records equal others, too: there the bound alone decides.
  const refusesCopies = space.ranked > 0;

  const places = new Int32Array(reference.rows).fill(-1);
  once.forEach((row, place) => {
    places[row] = place;
  });
  const queries = fresh instanceof Int32Array ? pick(space, reference, fresh) : fresh;
  const except = fresh instanceof Int32Array ? fresh.map((row) => places[row] as number) : undefined;
  // What is left of the equal ones of a row that is left out.
  const equals = countIn(queries).map((count) => (fresh instanceof Int32Array ? count - 1 : count));
  const distancesWithin = (radius: number) => {
    const found = nearRecords(space, guarded, radius)(queries, except);
    return found.map((distance, row) => withEqual(distance, equals[row] as number)).sort();
  };
  const minDistance =
    'minDistance' in rule ? rule.minDistance : quantile(distancesWithin, rule.minShare, space, queries.rows);
  const ofFresh =
    minDistance > 0
      ? distancesWithin(minDistance)
      : Float64Array.from(equals, (count) => withEqual(Number.POSITIVE_INFINITY, count));
  const refused = ofFresh.filter((distance) => distance < minDistance || (refusesCopies && distance === 0)).length;

  const near = minDistance > 0 ? nearRecords(space, guarded, minDistance) : undefined;
  return {
    minDistance,
    freshShare: refused / Math.max(1, queries.rows),
    repeated:
      fresh instanceof Int32Array
        ? undefined
        : repeatedRecords({
            copies: equals.filter((count) => count === 1).length,
            rows: queries.rows,
            training: { rows: reference.rows, twice: counts.filter((count) => count === 2).length / 2 },
          }),
    guarded: guarded.rows,
    judge(records) {
      const found = near?.(records);
      return Uint8Array.from(countIn(records), (count, row) => {
        if (count > 1) return PASSED;
        if (count === 1 && (refusesCopies || minDistance > 0)) return COPIED;
        return (found?.[row] ?? Number.POSITIVE_INFINITY) < minDistance ? TOO_NEAR : PASSED;
      });
    },
  };
}

/** The distance that counts, of a record that is so often in the reference. */
function withEqual(distance: number, equal: number): number {
  return equal === 1 ? 0 : equal > 1 ? Number.POSITIVE_INFINITY : distance;
}

/** The largest distance below which no more than a share of the fresh records lie; searched no further than it takes. */
function quantile(
  distancesWithin: (radius: number) => Float64Array,
  share: number,
  { ranked, coded }: RecordSpace,
  rows: number,
): number {
  const rank = Math.floor(share * rows);
  for (let radius = 1; ; radius *= 2) {
    const sorted = distancesWithin(radius);
    const distance = sorted[rank] ?? Number.POSITIVE_INFINITY;
    if (Number.isFinite(distance)) return distance;
    // No two records are farther apart; the rest pass in any case.
    if (radius > ranked + coded) return sorted.findLast((found) => Number.isFinite(found)) ?? 0;
  }
}

function pick({ ranked, coded }: RecordSpace, { ranks, codes }: Points, rows: Int32Array): Points {
  const picked = {
    rows: rows.length,
    ranks: new Float32Array(rows.length * ranked),
    codes: new Int32Array(rows.length * coded),
  };
  rows.forEach((row, at) => {
    picked.ranks.set(ranks.subarray(row * ranked, (row + 1) * ranked), at * ranked);
    picked.codes.set(codes.subarray(row * coded, (row + 1) * coded), at * coded);
  });
  return picked;
}
