import { DataType, type Vector } from 'apache-arrow';
import { isSet, validityOf } from '../batches/validity.js';
import { decimalStorage } from './decimal-storage.js';

/** The values of a column, decimals as the numbers they are: Arrow gives them without their point. None where there is no column. */
export function cellsOf(vector: Vector | null): Iterable<unknown> {
  if (vector === null) return [];
  return DataType.isDecimal(vector.type) ? decimalsOf(vector) : vector;
}

function* decimalsOf({ data, type }: Vector): Generator<number | null, void, void> {
  const storage = decimalStorage(type);
  for (const part of data) {
    const numbers = storage.read(part);
    const bitmap = validityOf(part);
    for (let row = 0; row < part.length; row += 1) {
      yield isSet(bitmap, part.offset + row) ? (numbers[row] as number) : null;
    }
  }
}
