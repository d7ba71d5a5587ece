import type { Data } from 'apache-arrow';
import { isSet, validityOf } from '../batches/validity.js';
import { type ExactValues, exactValues, placesByRows } from './exact-values.js';
import type { NumberCode } from './number-codes.js';
import type { NumberStorage } from './number-storage.js';

/**
 * The numbers that codes give back exactly: those with a code of their own and the atoms of bins. `lowest` is the code of the
 * first, `nullCode` that of null, -1 for none.
 */
export function exactNumbers(
  codes: readonly NumberCode[],
  {
    lowest,
    nullCode,
    storage,
  }: { readonly lowest: number; readonly nullCode: number; readonly storage: NumberStorage },
): ExactValues {
  const numbers = codes.flatMap((code) => ('value' in code ? [code.value] : code.atoms.map(({ value }) => value)));
  const places = new Map(numbers.map((value, i) => [value + 0, i]));
  const values = codes.flatMap((code, c) => {
    if ('value' in code) return [{ code: lowest + c, from: 0, to: 1 }];
    const rows = code.atoms.map((atom) => atom.rows);
    const held = rows.reduce((sum, n) => sum + n, 0);
    return placesByRows(lowest + c, rows, Math.max(code.rows, held));
  });
  const find = (data: Data, nullValue: number): Int32Array => {
    const read = storage.read(data);
    const bitmap = validityOf(data);
    return Int32Array.from({ length: data.length }, (_, r) =>
      isSet(bitmap, data.offset + r) ? (places.get((read[r] as number) + 0) ?? -1) : nullValue,
    );
  };
  return exactValues(values, nullCode, find);
}
