import { type Data, DataType, Field, Utf8 } from 'apache-arrow';
import { buildData } from '../batches/build-data.js';
import { concatBits } from '../batches/concat-bits.js';
import { isSet, validityOf } from '../batches/validity.js';
import type { Column, ColumnKind, CopiedRows } from './column.js';

/** Bytes of a view, and of a text that is kept in it. */
const VIEW = 16;
const INLINE = 12;

/** The field with utf8 in place of views of texts, which are the same values in another form; undefined for other types. */
export function withoutViews(field: Field): Field | undefined {
  return DataType.isUtf8View(field.type)
    ? new Field(field.name, new Utf8(), field.nullable, field.metadata)
    : undefined;
}

/** Fits views of texts as `plain`, the kind of the same field with utf8, does. */
export function viewKind(plain: ColumnKind, plainField: Field): ColumnKind {
  return {
    kind: plain.kind,
    accepts: (field) => DataType.isUtf8View(field.type),
    fit(field, options) {
      const fitter = plain.fit(plainField, options);
      return {
        add: (data) => fitter.add(utf8Of(data)),
        *finish() {
          const finished = fitter.finish();
          return viewColumn(field, 'next' in finished ? yield* finished : finished);
        },
      };
    },
  };
}

/** A column of utf8 as one of views. */
export function viewColumn(field: Field, { pick: _, coded, ...plain }: Column): Column {
  const plainRows = (copied: CopiedRows | undefined) => copied && { ...copied, data: utf8Of(copied.data) };
  return {
    ...plain,
    ...(coded && { coded: viewColumn(field, coded) }),
    encode: (data, codes, offset, stride, onUnseen) => plain.encode(utf8Of(data), codes, offset, stride, onUnseen),
    decode: (slots, copied) => viewsOf(field.type, plain.decode(slots, plainRows(copied))),
  };
}

/** The texts of a column of views as utf8. */
function utf8Of(data: Data): Data {
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
function viewsOf(type: DataType, data: Data): Data {
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
