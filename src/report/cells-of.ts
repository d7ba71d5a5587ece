import { DataType, type RecordBatch, type Vector } from 'apache-arrow';
import { isSet, validityOf } from '../batches/validity.js';
import { numberStorageOf } from '../columns/number-storage.js';

/** The values of a batch's column, decimals as the numbers they are: Arrow gives them without their point. None where there is no such column. */
export function cellsOf(batch: RecordBatch, name: string): Iterable<unknown> {
  const vector = batch.getChild(name);
  if (vector === null) return [];
  return DataType.isDecimal(vector.type) ? decimalsOf(vector) : vector;
}

function* decimalsOf({ data, type }: Vector): Generator<number | null, void, void> {
  for (const part of data) {
    const numbers = numberStorageOf(type)?.read(part) ?? [];
    const bitmap = validityOf(part);
    for (let row = 0; row < part.length; row += 1) {
      yield isSet(bitmap, part.offset + row) ? (numbers[row] as number) : null;
    }
  }
}
