import { type Data, DataType, type Vector } from 'apache-arrow';
import { buildData } from '../batches/build-data.js';
import { isSet, validityOf } from '../batches/validity.js';
import type { TextTable } from './text-table.js';

/** Whether a type holds text: utf8, large utf8, or a dictionary of either. */
export function isText(type: DataType): boolean {
  const values: DataType = DataType.isDictionary(type) ? type.dictionary : type;
  return DataType.isUtf8(values) || DataType.isLargeUtf8(values);
}

/** Calls `visit` with the place of each row's text in `bytes`, `visitNull` for nulls; in order. */
export function forEachText(
  data: Data,
  visit: (bytes: Uint8Array, start: number, end: number, row: number) => void,
  visitNull: (row: number) => void,
): void {
  const bitmap = validityOf(data);
  if (data.dictionary !== undefined) {
    const entries = entriesOf(data.dictionary);
    const indices = data.values as Int32Array | BigInt64Array;
    for (let r = 0; r < data.length; r += 1) {
      const entry = isSet(bitmap, data.offset + r) ? entries[Number(indices[r])] : undefined;
      if (entry === undefined) visitNull(r);
      else visit(entry.bytes, entry.start, entry.end, r);
    }
    return;
  }
  const bytes = data.values as Uint8Array;
  const offsets = narrowOffsets(data.valueOffsets);
  for (let r = 0; r < data.length; r += 1) {
    if (isSet(bitmap, data.offset + r)) visit(bytes, offsets[r] as number, offsets[r + 1] as number, r);
    else visitNull(r);
  }
}

/** The texts of a table as a utf8 or large utf8 column: row i is text i. */
export function textData(type: DataType, table: TextTable): Data {
  const offsets = new Int32Array(table.size + 1);
  const values = new Uint8Array(table.byteLength);
  for (let id = 0; id < table.size; id += 1) {
    const text = table.bytes(id);
    values.set(text, offsets[id]);
    offsets[id + 1] = (offsets[id] as number) + text.length;
  }
  const wide = DataType.isLargeUtf8(type) ? BigInt64Array.from(offsets, BigInt) : offsets;
  return buildData(type, { length: table.size, offsets: wide, values });
}

function entriesOf(dictionary: Vector): ({ bytes: Uint8Array; start: number; end: number } | undefined)[] {
  const entries: ReturnType<typeof entriesOf> = [];
  for (const chunk of dictionary.data) {
    forEachText(
      chunk,
      (bytes, start, end) => entries.push({ bytes, start, end }),
      () => entries.push(undefined),
    );
  }
  return entries;
}

function narrowOffsets(offsets: Int32Array | BigInt64Array): Int32Array | Float64Array {
  return offsets instanceof BigInt64Array ? Float64Array.from(offsets, Number) : offsets;
}
