import { type Data, Field, Float64, Int64 } from 'apache-arrow';
import { buildData } from '../batches/build-data.js';
import { bitmapOf, clearBit, isSet, validityOf } from '../batches/validity.js';
import type { Column } from './column.js';
import { numberStorageOf } from './number-storage-of.js';
import type { NumberView } from './number-view.js';
import { requireNumberStorage } from './require-number-storage.js';

/**
 * A column of numbers or dates that is modelled as what it is more than another, which it lies close to: the day of a delivery as days
 * after that of the order.
 */
export interface Difference {
  readonly column: string;
  readonly from: string;
  /** Codes of the differences, in the unit of the two columns. */
  readonly coded: Column;
}

/** Decimals that differences of real numbers are kept with: what subtraction adds to them is no part of the data. */
const PARTS = 1e8;

/** The field of differences of a column. */
export function differenceField({ name, type }: Field): Field {
  return new Field(name, numberStorageOf(type)?.integer ? new Int64() : new Float64(), true);
}

/** What each row of a column is more than that of another of the same type, as `differenceField` has it; null where one is null. */
export function differencesOf(data: Data, from: Data): Data {
  const storage = requireNumberStorage(data.type);
  const [numbers, bases] = [storage.read(data), storage.read(from)];
  const rest = numbers.map((number, r) => {
    const difference = number - (bases[r] as number);
    return storage.integer || Math.abs(difference) > 1e7 ? difference : Math.round(difference * PARTS) / PARTS;
  });
  const type = differenceField(new Field('', data.type, true)).type;
  return buildData(type, {
    length: data.length,
    values: requireNumberStorage(type).write(rest),
    ...eitherNull(data, from),
  });
}

/** The column that is so much more than another, rounded and within its range as `view` has it. */
export function sumsOf(differences: Data, from: Data, { field, storage, round, low, high }: NumberView): Data {
  const [rest, bases] = [requireNumberStorage(differences.type).read(differences), storage.read(from)];
  const sums = bases.map((base, r) => Math.min(high, Math.max(low, round(base + (rest[r] as number)))));
  return buildData(field.type, { length: from.length, values: storage.write(sums), ...eitherNull(differences, from) });
}

function eitherNull(a: Data, b: Data): { nulls: number; bitmap?: Uint8Array } {
  const [bits, others] = [validityOf(a), validityOf(b)];
  if (bits === undefined && others === undefined) return { nulls: 0 };
  const bitmap = bitmapOf(a.length, true);
  let nulls = 0;
  for (let r = 0; r < a.length; r += 1) {
    if (isSet(bits, a.offset + r) && isSet(others, b.offset + r)) continue;
    clearBit(bitmap, r);
    nulls += 1;
  }
  return { nulls, bitmap };
}
