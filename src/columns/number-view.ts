import type { Data, Field } from 'apache-arrow';
import { buildData } from '../batches/build-data.js';
import { isSet, validityOf } from '../batches/validity.js';
import type { Column } from './column.js';
import { endsOf } from './number-codes.js';
import { type NumberScale, numberScale } from './number-scale.js';
import type { NumberStorage } from './number-storage.js';
import { numberStorageOf } from './number-storage-of.js';

/** A modelled column of numbers or dates, as numbers of their unit. */
export interface NumberView extends NumberScale {
  readonly field: Field;
  readonly storage: NumberStorage;
  /** Whether the column's type has room for a number, be it beyond `low` and `high`. */
  holds(value: number): boolean;
  /** See `readNumbers`. */
  read(data: Data): Float64Array;
}

/** A column seen as numbers; undefined where it is not of numbers, not modelled, or beyond 2^53. */
export function numberView(field: Field, column: Column): NumberView | undefined {
  const json = column.toJSON();
  const storage = numberStorageOf(field.type);
  if (column.span === undefined || storage === undefined) return undefined;
  if ((json.kind !== 'numeric' && json.kind !== 'datetime') || json.exact !== undefined) return undefined;
  const ends = json.codes.map(endsOf);
  const [low, high] = [Math.min(...ends.map(([low]) => low)), Math.max(...ends.map(([, high]) => high))];
  if (json.codes.length === 0 || Math.max(Math.abs(low), Math.abs(high)) > Number.MAX_SAFE_INTEGER) return undefined;
  return {
    field,
    storage,
    ...numberScale(json.rounding, { low, high, nearest: storage.nearest }),
    holds(value) {
      if (value >= low && value <= high) return true;
      if (!(Math.abs(value) <= Number.MAX_SAFE_INTEGER)) return false;
      const values = storage.write(Float64Array.of(value));
      return storage.read(buildData(field.type, { length: 1, values }))[0] === value;
    },
    read: (data) => readNumbers(storage, data),
  };
}

/** The number of each row; NaN for null, infinities and what float64 does not hold exactly. */
export function readNumbers(storage: NumberStorage, data: Data): Float64Array {
  const numbers = storage.read(data).slice();
  const bitmap = validityOf(data);
  for (let r = 0; r < numbers.length; r += 1) {
    if (!isSet(bitmap, data.offset + r) || !(Math.abs(numbers[r] as number) <= Number.MAX_SAFE_INTEGER)) {
      numbers[r] = Number.NaN;
    }
  }
  return numbers;
}
