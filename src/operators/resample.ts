import { foldIn, type RandomKey, uniformAt } from '../random.js';

/** The ids of so many candidates of each record, one record's after the other's. */
export function candidateIds(ids: Float64Array, candidates: number): Float64Array {
  return Float64Array.from(
    { length: ids.length * candidates },
    (_, i) => (ids[Math.floor(i / candidates)] as number) * candidates + (i % candidates),
  );
}

/**
 * Takes one candidate of each record with a probability in proportion to exp(logWeight) (sampling and importance resampling:
 * Rubin 1988). Codes and places are [records * candidates, width], as are those returned, [records, width].
 */
export function resample(
  codes: Int32Array,
  places: Float32Array,
  logWeights: Float32Array,
  candidates: number,
  key: RandomKey,
  ids: Float64Array,
): { readonly codes: Int32Array; readonly places: Float32Array } {
  if (candidates === 1) return { codes, places };
  const width = codes.length / logWeights.length;
  const taken = choose(logWeights, candidates, foldIn(key, 'candidates'), ids);
  return { codes: rowsOf(codes, taken, width), places: rowsOf(places, taken, width) };
}

/** One candidate of each record, by weight (inverse distribution function). */
function choose(logWeights: Float32Array, candidates: number, key: RandomKey, ids: Float64Array): Int32Array {
  return Int32Array.from(ids, (id, record) => {
    const weights = logWeights.subarray(record * candidates, (record + 1) * candidates);
    const most = Math.max(...weights);
    const total = weights.reduce((sum, weight) => sum + Math.exp(weight - most), 0);
    let rest = uniformAt(key, id) * total;
    let taken = 0;
    while (taken < candidates - 1) {
      rest -= Math.exp((weights[taken] as number) - most);
      if (rest < 0) break;
      taken += 1;
    }
    return record * candidates + taken;
  });
}

function rowsOf<T extends Int32Array | Float32Array>(values: T, rows: Int32Array, width: number): T {
  const taken = new (values.constructor as new (length: number) => T)(rows.length * width);
  rows.forEach((row, i) => {
    taken.set(values.subarray(row * width, (row + 1) * width), i * width);
  });
  return taken;
}
