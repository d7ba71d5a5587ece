import { type Data, DataType, type Field, makeData, TimeUnit } from 'apache-arrow';
import { BOOLEAN_SPELLINGS, type TextColumn } from '../batches/infer-schema.js';
import { numberFormatOf, numberWriter } from '../batches/number-format.js';
import { parseDecimal, parseInteger } from '../batches/parse-number.js';
import { parseDate, parseTimestamp } from '../batches/parse-time.js';
import { typeName } from '../batches/type-name.js';

/** Reads the texts of one column as Arrow data; calls `reject` with the position and the expectation for a text that is not of the type. */
export type TextColumnReader = (texts: TextColumn, reject: (row: number, expected: string) => never) => Data;

/**
 * The reader of a field's texts: integers, floats, utf8, bool, date32, date64 and timestamps; a TypeError for other types.
 *
 * An `inferred` type is strict, so that no value is changed by reading and writing it: `007` is not an integer, 1.234 not a number of two decimals,
 * and a timestamp has the layout of the others. A type that was asked for takes any plain spelling.
 */
export function textColumnReader(field: Field, inferred: boolean): TextColumnReader {
  const { type } = field;
  const expected = `\`${typeName(type)}\``;
  const fill = fillerOf(field, inferred);
  return (texts, reject) => {
    const nullBitmap = bitmapOf(texts);
    if (nullBitmap !== undefined && !field.nullable) reject(texts.indexOf(null), 'a value');
    const data = fill(texts, (row) => reject(row, expected));
    const nullCount = nullBitmap === undefined ? 0 : texts.reduce((nulls, text) => nulls + (text === null ? 1 : 0), 0);
    return makeData({ type, length: texts.length, nullCount, ...(nullBitmap && { nullBitmap }), ...data } as Parameters<
      typeof makeData
    >[0]);
  };
}

type Filler = (
  texts: TextColumn,
  reject: (row: number) => never,
) => { data: ArrayBufferView; valueOffsets?: Int32Array };

function fillerOf(field: Field, inferred: boolean): Filler {
  const { type, metadata } = field;
  if (DataType.isUtf8(type)) return fillUtf8;
  if (DataType.isBool(type)) return boolFiller(metadata.get('rx-augment:boolean'));
  if (DataType.isInt(type) && type.bitWidth < 64) {
    const least = type.isSigned ? -(2 ** (type.bitWidth - 1)) : 0;
    const most = 2 ** (type.bitWidth - (type.isSigned ? 1 : 0)) - 1;
    return numberFiller(type, (text) => {
      const value = parseInteger(text, !inferred);
      return value !== undefined && value >= least && value <= most ? value : undefined;
    });
  }
  if (DataType.isInt(type)) {
    const [least, most] = type.isSigned ? [-(2n ** 63n), 2n ** 63n - 1n] : [0n, 2n ** 64n - 1n];
    return bigintFiller(type, (text) => {
      const value = inferred ? parseInteger(text) : /^[+-]?\d+$/.test(text) ? text.replace('+', '') : undefined;
      const exact = value === undefined ? undefined : BigInt(value);
      return exact !== undefined && exact >= least && exact <= most ? exact : undefined;
    });
  }
  if (DataType.isFloat(type) && type.precision > 0) {
    const { decimals } = numberFormatOf(metadata);
    const write = numberWriter({ ...(decimals !== undefined && { decimals }) });
    return numberFiller(type, (text) => {
      const value = parseDecimal(text, !inferred);
      if (value === undefined || decimals === undefined || !inferred) return value;
      // Up to 15 digits and the right decimals always come back: only others need the whole check.
      if (text.length <= 16 && text.charCodeAt(text.length - 1 - decimals) === 46) return value;
      return Object.is(Number(write(value)), value) ? value : undefined;
    });
  }
  if (DataType.isDate(type)) {
    if (type.unit === 0) return numberFiller(type, parseDate);
    return bigintFiller(type, (text) => {
      const days = parseDate(text);
      return days === undefined ? undefined : BigInt(days) * 86_400_000n;
    });
  }
  if (DataType.isTimestamp(type)) {
    const zone = type.timezone ? 'Z' : '';
    const layout = inferred ? (metadata.get('rx-augment:datetime') ?? `YYYY-MM-DDTHH:mm:ss${zone}`) : undefined;
    const [perSecond, nanoseconds] = UNITS[type.unit] as readonly [bigint, number];
    return bigintFiller(type, (text) => {
      const parsed = parseTimestamp(text);
      if (parsed === undefined || (layout !== undefined && parsed.layout !== layout)) return undefined;
      if (parsed.nanoseconds % nanoseconds !== 0 || (zone === '' && /\d$|Z$/.test(parsed.layout))) return undefined;
      const value = BigInt(parsed.seconds) * perSecond + BigInt(parsed.nanoseconds / nanoseconds);
      return BigInt.asIntN(64, value) === value ? value : undefined;
    });
  }
  throw new TypeError(
    `Expected column \`${field.name}\` to be of a type that text can be read as, got \`${typeName(type)}\``,
  );
}

/** Per time unit: units in a second, nanoseconds in a unit. */
const UNITS = {
  [TimeUnit.SECOND]: [1n, 1_000_000_000],
  [TimeUnit.MILLISECOND]: [1_000n, 1_000_000],
  [TimeUnit.MICROSECOND]: [1_000_000n, 1_000],
  [TimeUnit.NANOSECOND]: [1_000_000_000n, 1],
} as const;

function bitmapOf(texts: TextColumn): Uint8Array | undefined {
  const first = texts.indexOf(null);
  if (first < 0) return undefined;
  const bitmap = new Uint8Array(((texts.length + 63) >> 6) << 3);
  for (let i = 0; i < texts.length; i += 1) {
    if (texts[i] !== null) bitmap[i >> 3] = (bitmap[i >> 3] as number) | (1 << (i & 7));
  }
  return bitmap;
}

function numberFiller(type: DataType, parse: (text: string) => number | undefined): Filler {
  return (texts, reject) => {
    const data = new type.ArrayType(texts.length);
    for (let i = 0; i < texts.length; i += 1) {
      const text = texts[i] as string | null;
      if (text !== null) data[i] = parse(text) ?? reject(i);
    }
    return { data };
  };
}

function bigintFiller(type: DataType, parse: (text: string) => bigint | undefined): Filler {
  const unsigned = DataType.isInt(type) && !type.isSigned;
  return (texts, reject) => {
    const data = unsigned ? new BigUint64Array(texts.length) : new BigInt64Array(texts.length);
    for (let i = 0; i < texts.length; i += 1) {
      const text = texts[i] as string | null;
      if (text !== null) data[i] = parse(text) ?? reject(i);
    }
    return { data };
  };
}

function boolFiller(spelling: string | undefined): Filler {
  const pairs = (spelling === undefined ? BOOLEAN_SPELLINGS : [spelling]).map((pair) => pair.split('/'));
  const values = new Map(pairs.flatMap(([yes = '', no = '']) => [[yes, true] as const, [no, false] as const]));
  return (texts, reject) => {
    const data = new Uint8Array(((texts.length + 63) >> 6) << 3);
    for (let i = 0; i < texts.length; i += 1) {
      const text = texts[i] as string | null;
      if (text !== null && (values.get(text) ?? reject(i))) data[i >> 3] = (data[i >> 3] as number) | (1 << (i & 7));
    }
    return { data };
  };
}

function fillUtf8(texts: TextColumn): { data: Uint8Array; valueOffsets: Int32Array } {
  // One call for all texts costs a tenth of one call a text. `join` spells null as nothing.
  const joined = texts.join('');
  const data = new TextEncoder().encode(joined);
  const ascii = data.length === joined.length;
  const valueOffsets = new Int32Array(texts.length + 1);
  for (let i = 0; i < texts.length; i += 1) {
    const text = texts[i] ?? '';
    valueOffsets[i + 1] = (valueOffsets[i] as number) + (ascii ? text.length : Buffer.byteLength(text));
  }
  return { data, valueOffsets };
}
