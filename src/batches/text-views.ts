import { type Data, type DataType, Utf8 } from 'apache-arrow';
import { buildData } from './build-data.js';
import { concatBits } from './concat-bits.js';
import { isSet, validityOf } from './validity.js';

/** Bytes of a view, and of a text that is kept in it. */
const VIEW = 16;
const INLINE = 12;

/** The texts of a column of views as utf8. */
export function textsOfViews(data: Data): Data {
  const { length, nullCount: nulls } = data;
  const views = data.values as Uint8Array;
  const at = new DataView(views.buffer, views.byteOffset, views.byteLength);
  const bitmap = validityOf(data);
  const offsets = new Int32Array(length + 1);
  const sizeOf = (row: number) => (isSet(bitmap, data.offset + row) ? at.getInt32(row * VIEW, true) : 0);
  for (let row = 0; row < length; row += 1) {
    offsets[row + 1] = (offsets[row] as number) + sizeOf(row);
  }
  const values = new Uint8Array(offsets[length] as number);
  for (let row = 0; row < length; row += 1) {
    const size = sizeOf(row);
    const inside = size <= INLINE;
    const source = inside ? views : (data.variadicBuffers[at.getInt32(row * VIEW + 8, true)] as Uint8Array);
    const from = inside ? row * VIEW + 4 : at.getInt32(row * VIEW + 12, true);
    values.set(source.subarray(from, from + size), offsets[row]);
  }
  const own = bitmap && concatBits([{ bits: bitmap, offset: data.offset, length }]);
  return buildData(new Utf8(), { length, nulls, bitmap: own, offsets, values });
}

/** A column of utf8, from its first row on, as views of its texts. */
export function viewsOfTexts(type: DataType, data: Data): Data {
  const { length, nullCount: nulls } = data;
  const texts = data.values as Uint8Array;
  const offsets = data.valueOffsets as Int32Array;
  const views = new Uint8Array(length * VIEW);
  const at = new DataView(views.buffer);
  for (let row = 0; row < length; row += 1) {
    const [from, end] = [offsets[row] as number, offsets[row + 1] as number];
    const size = end - from;
    at.setInt32(row * VIEW, size, true);
    views.set(texts.subarray(from, size <= INLINE ? end : from + 4), row * VIEW + 4);
    if (size > INLINE) at.setInt32(row * VIEW + 12, from, true);
  }
  return buildData(type, { length, nulls, bitmap: validityOf(data), values: views, views: [texts] });
}
