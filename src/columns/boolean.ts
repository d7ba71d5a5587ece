import { DataType, type Field } from 'apache-arrow';
import { buildData } from '../batches/build-data.js';
import { bitmapOf, clearBit, isSet, setBit, validityOf } from '../batches/validity.js';
import type { Column, ColumnKind } from './column.js';
import type { ColumnJsonOf } from './column-json.js';
import { exactBooleans } from './exact-booleans.js';

/**
 * Booleans: codes for those of false, true and null that occurred, in this order. A value never seen is reported and
 * becomes the most frequent one.
 */
export const boolean: ColumnKind = {
  kind: 'boolean',
  accepts: ({ type }) => DataType.isBool(type),
  fit(field) {
    const rows = { false: 0, true: 0, null: 0 };
    return {
      add(data) {
        const bitmap = validityOf(data);
        const bits = data.values as Uint8Array;
        for (let r = 0; r < data.length; r += 1) {
          const bit = data.offset + r;
          rows[isSet(bitmap, bit) ? (isSet(bits, bit) ? 'true' : 'false') : 'null'] += 1;
        }
      },
      finish: () => booleanColumn(field, { kind: 'boolean', name: field.name, rows }),
    };
  },
};

/** A fitted column of booleans, coded. */
export function booleanColumn(field: Field, json: ColumnJsonOf<'boolean'>): Column {
  if (!DataType.isBool(field.type))
    throw new TypeError(`Expected column \`${field.name}\` to be bool, got ${field.type}`);
  const { rows } = json;
  const values = (['false', 'true', 'null'] as const).filter((value) => rows[value] > 0);
  if (values.length === 0) throw new RangeError(`Expected column \`${field.name}\` to have codes`);
  const usual = values.reduce((best, value) => (rows[value] > rows[best] ? value : best));
  const codeOf = (value: (typeof values)[number]) => values.indexOf(values.includes(value) ? value : usual);
  const codeRows = values.map((value) => rows[value]);
  const [falseCode, trueCode, nullCode] = [codeOf('false'), codeOf('true'), codeOf('null')];
  return {
    kind: 'boolean',
    name: field.name,
    span: { name: field.name, likelihood: 'categorical', width: values.length, rows: codeRows },
    codeRows,
    encode(data, codes, offset, stride, onUnseen) {
      const bitmap = validityOf(data);
      const bits = data.values as Uint8Array;
      for (let r = 0, at = offset; r < data.length; r += 1, at += stride) {
        const bit = data.offset + r;
        const value = isSet(bitmap, bit) ? (isSet(bits, bit) ? 'true' : 'false') : 'null';
        if (rows[value] === 0) onUnseen?.(value, r);
        codes[at] = value === 'null' ? nullCode : value === 'true' ? trueCode : falseCode;
      }
    },
    decode({ codes, offset, stride, rows: length }) {
      const bitmap = bitmapOf(length, true);
      const bits = bitmapOf(length, false);
      let nulls = 0;
      for (let r = 0, at = offset; r < length; r += 1, at += stride) {
        const value = values[codes[at] as number];
        if (value === 'true') setBit(bits, r);
        else if (value === 'null') {
          clearBit(bitmap, r);
          nulls += 1;
        }
      }
      return buildData(field.type, { length, nulls, values: bits, bitmap: nulls > 0 ? bitmap : undefined });
    },
    exactValues: () => exactBooleans(values),
    toJSON: () => json,
  };
}
