import type { Data } from 'apache-arrow';
import { type ExactValues, exactValues, placesByRows } from './exact-values.js';
import { forEachText } from './text-data.js';
import type { TextTable } from './text-table.js';

/**
 * The texts that codes give back exactly: levels, each its code, and the known members of the rare bucket, whose code comes next;
 * `rare` has their rows. `nullCode` is -1 for none.
 */
export function exactTexts(
  table: TextTable,
  { levels, rare, nullCode }: { readonly levels: number; readonly rare: readonly number[]; readonly nullCode: number },
): ExactValues {
  const own = Array.from({ length: levels }, (_, code) => ({ code, from: 0, to: 1 }));
  const total = rare.reduce((sum, rows) => sum + rows, 0);
  const find = (data: Data, nullValue: number): Int32Array => {
    const found = new Int32Array(data.length);
    forEachText(
      data,
      (bytes, start, end, r) => {
        found[r] = table.find(bytes, start, end);
      },
      (r) => {
        found[r] = nullValue;
      },
    );
    return found;
  };
  return exactValues([...own, ...placesByRows(levels, rare, total)], nullCode, find);
}
