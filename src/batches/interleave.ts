import type { Data } from 'apache-arrow';
import { concatData } from './concat.js';
import { gather } from './gather.js';

/**
 * A column of records and of their variants, in an `interleavedOrder`. Variant i is row i of `data`, or row `rows[i]` where
 * rows are given, null where that is -1. `places` is written over: as many numbers as the order has, for one column after the other.
 */
export function interleave(
  records: Data,
  { data, rows }: { readonly data: Data; readonly rows?: ArrayLike<number> },
  order: Int32Array,
  places: Int32Array,
): Data {
  for (let r = 0; r < order.length; r += 1) {
    const row = order[r] as number;
    if (row >= 0) places[r] = data.length + row;
    else places[r] = rows === undefined ? -1 - row : (rows[-1 - row] as number);
  }
  return gather(concatData(records.type, [data, records]), places);
}
