import type { Data } from 'apache-arrow';
import { concatData } from './concat.js';
import { gather } from './gather.js';

/**
 * A column of records and of their variants, in an `interleavedOrder`. Variant i is row i of `data`, or row `rows[i]` where
 * rows are given, null where that is -1.
 */
export function interleave(
  records: Data,
  { data, rows }: { readonly data: Data; readonly rows?: ArrayLike<number> },
  order: Int32Array,
): Data {
  const places = order.map((row) => {
    if (row >= 0) return data.length + row;
    return rows === undefined ? -1 - row : (rows[-1 - row] as number);
  });
  return gather(concatData(records.type, [data, records]), places);
}
