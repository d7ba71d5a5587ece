import { Bool, type Data, DataType, Field, Float64, Int32, Int64, Utf8 } from 'apache-arrow';
import { buildData } from '../batches/build-data.js';
import { type InferSchemaOptions, inferSchema } from '../batches/infer-schema.js';
import { nullMarksOf } from '../batches/null-marks.js';
import { numberLayoutOf } from '../batches/number-layout.js';
import { typeName } from '../batches/type-name.js';
import { bitmapOf, clearBit, setBit } from '../batches/validity.js';
import { type JsonValue, jsonText } from './json-record.js';
import { textColumnReader } from './text-column.js';
import { textFieldsOf } from './text-fields.js';

/** Metadata of a utf8 field whose values are JSON texts: `toJsonLines` writes them as they are. */
const JSON_TEXT = 'rx-augment:json';
/** Metadata of a field of numbers that are texts in JSON, in the layout of `rx-augment:number`: `toJsonLines` writes them so. */
const JSON_STRING = 'rx-augment:json-string';

/**
 * The narrowest field that holds every value of a column without loss: bool, int32, int64, float64 (1.0 counts as the integer 1);
 * date32, a timestamp, a time of day or a number for texts that all have one layout (plain numbers in quotes stay texts); else utf8. Values of several kinds, arrays, objects and integers beyond 64 bits
 * are kept as their JSON text, in a utf8 field with metadata `rx-augment:json`. Every field is nullable.
 */
export function inferJsonField(name: string, values: readonly JsonValue[], options: InferSchemaOptions = {}): Field {
  const present = values.filter((value) => value !== null);
  const all = (test: (value: JsonValue) => boolean) => present.every(test);
  const field = (type: DataType) => new Field(name, type, true);
  if (all((value) => typeof value === 'string')) {
    const [inferred] = inferSchema([name], [present as string[]], options).fields;
    const { type } = inferred ?? field(new Utf8());
    if (inferred !== undefined && numberLayoutOf(inferred) !== undefined)
      return new Field(name, type, true, new Map([...inferred.metadata, [JSON_STRING, 'true']]));
    const isTime = DataType.isDate(type) || DataType.isTimestamp(type) || DataType.isTime(type);
    return inferred !== undefined && (isTime || DataType.isUtf8(type)) ? inferred : field(new Utf8());
  }
  if (all((value) => typeof value === 'boolean')) return field(new Bool());
  if (all((value) => isInteger(value) && Number(value) === (Number(value) | 0))) return field(new Int32());
  if (all((value) => isInteger(value) && BigInt.asIntN(64, BigInt(value)) === BigInt(value))) return field(new Int64());
  if (all((value) => typeof value === 'number')) return field(new Float64());
  return new Field(name, new Utf8(), true, new Map([[JSON_TEXT, 'true']]));
}

/** Reads the values of one column as Arrow data; calls `reject` with the position and the expectation for a value that is not of the type. */
export type JsonColumnReader = (values: readonly JsonValue[], reject: (row: number, expected: string) => never) => Data;

/**
 * The reader of a field's values: bool, integers, floats, utf8, and as text date32, date64, timestamps and times of day; a TypeError for other
 * types. A type that was asked for takes more than an `inferred` one: utf8 the JSON text of other values, floats integers beyond
 * 2^53, times any layout, numbers with a layout texts and numbers. Texts that are null marks of the field are nulls.
 */
export function jsonColumnReader(field: Field, inferred: boolean): JsonColumnReader {
  const marks = new Set<JsonValue>(nullMarksOf(field).filter((mark) => mark !== ''));
  const read = readerOf(field, inferred);
  if (marks.size === 0) return read;
  return (values, reject) =>
    read(
      values.map((value) => (marks.has(value) ? null : value)),
      reject,
    );
}

function readerOf({ name, type, nullable, metadata }: Field, inferred: boolean): JsonColumnReader {
  const own = new Map([...metadata].filter(([key]) => key !== 'rx-augment:null' && key !== 'rx-augment:json-null'));
  const field = new Field(name, type, nullable, own);
  if (DataType.isBool(type) || DataType.isInt(type) || DataType.isFloat(type)) return plainReader(field, inferred);
  const read = textColumnReader(field, inferred);
  const isJson = field.metadata.has(JSON_TEXT);
  const textOf = (value: JsonValue) => {
    if (value === null) return null;
    if (isJson) return jsonText(value);
    if (typeof value === 'string') return value;
    return DataType.isUtf8(type) && !inferred ? jsonText(value) : undefined;
  };
  return (values, reject) => {
    const texts = values.map((value, row) => textOf(value) ?? (value === null ? null : reject(row, named(type))));
    return read(textFieldsOf(texts), reject);
  };
}

function plainReader(field: Field, inferred: boolean): JsonColumnReader {
  const { type, nullable } = field;
  const layout = numberLayoutOf(field) && ` as ${field.metadata.get('rx-augment:number')}`;
  const expected = `${named(type)}${layout ?? ''}`;
  const convert = inLayout(field, converterOf(type, inferred), inferred);
  return (values, reject) => {
    const { length } = values;
    const bitmap = bitmapOf(length, true);
    const isBool = DataType.isBool(type);
    const data = isBool ? bitmapOf(length, false) : new type.ArrayType(length);
    let nulls = 0;
    for (let row = 0; row < length; row += 1) {
      const value = values[row] as JsonValue;
      if (value === null) {
        if (!nullable) reject(row, 'a value');
        clearBit(bitmap, row);
        nulls += 1;
        continue;
      }
      const converted = convert(value) ?? reject(row, expected);
      if (!isBool) data[row] = converted;
      else if (converted === 1) setBit(data, row);
    }
    return buildData(type, { length, nulls, bitmap: nulls > 0 ? bitmap : undefined, values: data });
  };
}

/** As `convert`, of texts in the field's layout too, or, where it was inferred, of these alone. */
function inLayout(field: Field, convert: ReturnType<typeof converterOf>, inferred: boolean): typeof convert {
  const layout = numberLayoutOf(field);
  if (layout === undefined) return convert;
  return (value) => {
    if (typeof value !== 'string') return inferred ? undefined : convert(value);
    const number = layout.parse(value, !inferred);
    return number === undefined ? undefined : convert(number);
  };
}

/** What a buffer of the type takes for a value, undefined for values of other kinds. */
function converterOf(type: DataType, inferred: boolean): (value: JsonValue) => number | bigint | undefined {
  if (DataType.isBool(type)) return (value) => (typeof value === 'boolean' ? Number(value) : undefined);
  if (DataType.isInt(type)) {
    const bound = type.isSigned ? BigInt.asIntN : BigInt.asUintN;
    const { bitWidth } = type;
    return (value) => {
      if (!isInteger(value)) return undefined;
      const exact = BigInt(value);
      if (bound(bitWidth, exact) !== exact) return undefined;
      return bitWidth === 64 ? exact : Number(value);
    };
  }
  return (value) => {
    if (typeof value === 'bigint' && !inferred) return Number(value);
    return typeof value === 'number' ? value : undefined;
  };
}

/** Minus zero is no integer: it would come back as zero. */
function isInteger(value: JsonValue): value is number | bigint {
  return typeof value === 'bigint' || (Number.isSafeInteger(value) && !Object.is(value, -0));
}

function named(type: DataType): string {
  return `\`${typeName(type)}\``;
}
