import { foldIn, type RandomKey } from '../random.js';
import { closestRecordShare, type Share } from './closest-record-share.js';
import type { SampledColumn } from './column-values.js';
import { copyCounter } from './copy-counter.js';
import { nearestTwo } from './nearest-two.js';
import { neighbourDistanceRatio, type Spread } from './neighbour-distance-ratio.js';
import { recordSpace } from './record-space.js';
import { type RepeatedRecords, repeatedRecords } from './repeated-records.js';
import { pickRows, rowsOf, shuffled, takeRows } from './take-rows.js';

/** A measure of synthetic records, beside that of fresh real ones where there is a holdout. */
export interface Beside<T> {
  readonly synthetic: T;
  readonly fresh?: T;
}

/** How close synthetic records come to single training records. */
export interface PrivacyReport {
  /** Synthetic records that equal a record unique in training; `fresh`: the same of held-out real records. */
  readonly copies: Beside<{ readonly copies: number; readonly rows: number }>;
  /** Where the holdout repeats training records: it is none, and all is as without one. */
  readonly repeated?: RepeatedRecords;
  /** Share nearer to training than to as many held-out records; absent without a holdout, as it would mean nothing. */
  readonly closest?: Beside<Share>;
  /** Nearest over second nearest distance among training records. */
  readonly ratio: Beside<Spread>;
  /** Rows that distances were measured from, and among (of training, and as many of the holdout). */
  readonly rows: { readonly queries: number; readonly references: number; readonly fresh?: number };
}

/** Records whose neighbours are searched, and records they are searched among, at most. */
const MAX_QUERIES = 5_000;
const MAX_REFERENCES = 20_000;

/** Measures it. A third of the holdout plays the fresh sample, the rest is what distances to training are compared with. */
export function privacyReport(
  real: readonly SampledColumn[],
  synthetic: readonly SampledColumn[],
  holdout: readonly SampledColumn[] | undefined,
  key: RandomKey,
): PrivacyReport {
  const counter = copyCounter(real);
  const copied = (table: readonly SampledColumn[]) => ({ copies: counter.count(table), rows: rowsOf(table) });
  const heldOut = holdout && copied(holdout);
  const repeated = heldOut && repeatedRecords({ ...heldOut, training: { rows: rowsOf(real), twice: counter.twice } });
  if (repeated !== undefined) return { ...privacyReport(real, synthetic, undefined, key), repeated };
  const space = recordSpace(real);
  const queries = takeRows(synthetic, MAX_QUERIES, key);
  const order = holdout && shuffled(rowsOf(holdout), foldIn(key, 'fresh'));
  const third = Math.floor((order?.length ?? 0) / 3);
  if (holdout === undefined || order === undefined || third === 0) {
    const references = takeRows(real, MAX_REFERENCES, key);
    const found = nearestTwo(space, space.place(queries), space.place(references));
    return {
      copies: { synthetic: copied(synthetic) },
      ratio: { synthetic: neighbourDistanceRatio(found) },
      rows: { queries: rowsOf(queries), references: rowsOf(references) },
    };
  }
  const fresh = pickRows(holdout, order.subarray(0, Math.min(MAX_QUERIES, third)));
  const size = Math.min(MAX_REFERENCES, order.length - third, rowsOf(real));
  const training = space.place(takeRows(real, size, key));
  const unseen = space.place(pickRows(holdout, order.subarray(third, third + size)));
  const measure = (table: readonly SampledColumn[]) => {
    const points = space.place(table);
    const nearest = nearestTwo(space, points, training);
    const share = closestRecordShare(nearest.first, nearestTwo(space, points, unseen).first);
    return { share, ratio: neighbourDistanceRatio(nearest) };
  };
  const [ofSynthetic, ofFresh] = [measure(queries), measure(fresh)];
  return {
    copies: { synthetic: copied(synthetic), ...(heldOut && { fresh: heldOut }) },
    closest: { synthetic: ofSynthetic.share, fresh: ofFresh.share },
    ratio: { synthetic: ofSynthetic.ratio, fresh: ofFresh.ratio },
    rows: { queries: rowsOf(queries), references: size, fresh: rowsOf(fresh) },
  };
}
