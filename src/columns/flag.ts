import { DataType, type Field } from 'apache-arrow';
import { buildData } from '../batches/build-data.js';
import { bitmapOf, isSet, setBit, validityOf } from '../batches/validity.js';
import { boolean } from './boolean.js';
import type { Column, ColumnKind } from './column.js';
import type { ColumnJsonOf } from './column-json.js';

/** Booleans without nulls as 0 and 1, for models with natural values. With nulls, or of one value only, they are coded. */
export const flag: ColumnKind = {
  kind: 'flag',
  accepts: ({ name, type }, { values, likelihood }) =>
    values === 'natural' && DataType.isBool(type) && likelihood(name) !== 'categorical',
  fit(field, options) {
    const codes = boolean.fit(field, options);
    const rows = { false: 0, true: 0, null: 0 };
    return {
      add(data) {
        codes.add(data);
        const bitmap = validityOf(data);
        for (let r = 0; r < data.length; r += 1) {
          const bit = data.offset + r;
          rows[isSet(bitmap, bit) ? (isSet(data.values as Uint8Array, bit) ? 'true' : 'false') : 'null'] += 1;
        }
      },
      finish: () =>
        rows.null > 0 || rows.false === 0 || rows.true === 0
          ? codes.finish()
          : {
              ...flagColumn(field, { kind: 'flag', name: field.name, usual: rows.true > rows.false }),
              coded: codes.finish() as Column,
            },
    };
  },
};

/** A fitted column of 0 and 1. A null, which fitting did not see, is reported and becomes the more frequent of both. */
export function flagColumn(field: Field, json: ColumnJsonOf<'flag'>): Column {
  if (!DataType.isBool(field.type))
    throw new TypeError(`Expected column \`${field.name}\` to be bool, got ${field.type}`);
  return {
    kind: 'flag',
    name: json.name,
    span: { name: json.name, likelihood: 'bernoulli', width: 1, bytes: true },
    encode(data, out, offset, stride, onUnseen) {
      const bitmap = validityOf(data);
      for (let r = 0, at = offset; r < data.length; r += 1, at += stride) {
        const bit = data.offset + r;
        const present = isSet(bitmap, bit);
        if (!present) onUnseen?.('null', r);
        out[at] = Number(present ? isSet(data.values as Uint8Array, bit) : json.usual);
      }
    },
    decode({ codes, offset, stride, rows: length }) {
      const bits = bitmapOf(length, false);
      for (let r = 0, at = offset; r < length; r += 1, at += stride) if ((codes[at] as number) >= 0.5) setBit(bits, r);
      return buildData(field.type, { length, values: bits });
    },
    toJSON: () => json,
  };
}
