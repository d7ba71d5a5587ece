import { type Data, DataType, type Field, makeData, TimeUnit } from 'apache-arrow';
import { dateLayout, dateLayoutOf } from '../batches/date-layout.js';
import { BOOLEAN_SPELLINGS } from '../batches/infer-schema.js';
import { nullMarksOf } from '../batches/null-marks.js';
import { numberFormatOf, numberWriter } from '../batches/number-format.js';
import { type NumberLayout, numberLayoutOf } from '../batches/number-layout.js';
import { parseDecimal, parseInteger } from '../batches/parse-number.js';
import { parseDate, parseTimestamp } from '../batches/parse-time.js';
import { secondsInType } from '../batches/seconds-in-type.js';
import { typeName } from '../batches/type-name.js';
import { bitmapOf, setBit } from '../batches/validity.js';
import { layoutNumber } from './layout-number.js';
import { takeNulls } from './null-fields.js';
import { plainNumber } from './plain-number.js';
import { NULL_END, type TextFields, textOf } from './text-fields.js';

/** Reads the texts of one column as Arrow data; calls `reject` with the position and the expectation for a text that is not of the type. */
export type TextColumnReader = (texts: TextFields, reject: (row: number, expected: string) => never) => Data;

/**
 * The reader of a field's texts: integers, floats, utf8, bool, date32, date64, timestamps and times of day; a TypeError for other types.
 *
 * An `inferred` type is strict, so that no value is changed by reading and writing it: `007` is not an integer, 1.234 not a number of two decimals,
 * and a timestamp has the layout of the others. A type that was asked for takes any plain spelling; dates, timestamps and times
 * with a layout that is not of ISO 8601 in their metadata have that one, and so have numbers with a layout. The field's null marks are nulls; where they were inferred,
 * an empty cell, which would come back as a mark, is none unless it is among them.
 */
export function textColumnReader(field: Field, inferred: boolean): TextColumnReader {
  const { type } = field;
  const layout = dateLayoutOf(field)
    ? field.metadata.get('rx-augment:datetime')
    : numberLayoutOf(field) && field.metadata.get('rx-augment:number');
  const expected = `\`${typeName(type)}\`${layout === undefined ? '' : ` as ${layout}`}`;
  const fill = fillerOf(field, inferred);
  const marks = nullMarksOf(field);
  const encoded = marks.filter((mark) => mark !== '').map((mark) => Buffer.from(mark));
  const isStrict = inferred && marks.length > 0 && !marks.includes('');
  return (texts, reject) => {
    if (isStrict) {
      const { firstNull } = nullsOf(texts);
      if (firstNull >= 0) reject(firstNull, `${expected} or \`${marks[0]}\``);
    }
    if (encoded.length > 0) takeNulls(texts, encoded, !DataType.isUtf8(type));
    const { nullCount, firstNull, nullBitmap } = nullsOf(texts);
    if (firstNull >= 0 && !field.nullable) reject(firstNull, 'a value');
    const data = fill(texts, (row) => reject(row, expected));
    return makeData({ type, length: texts.length, nullCount, ...(nullBitmap && { nullBitmap }), ...data } as Parameters<
      typeof makeData
    >[0]);
  };
}

type Filler = (
  texts: TextFields,
  reject: (row: number) => never,
) => { data: ArrayBufferView; valueOffsets?: Int32Array };

function fillerOf(field: Field, inferred: boolean): Filler {
  const { type, metadata } = field;
  if (DataType.isUtf8(type)) return fillUtf8;
  if (DataType.isBool(type)) return boolFiller(metadata.get('rx-augment:boolean'));
  const numbers = DataType.isInt(type) || DataType.isFloat(type) ? numberLayoutOf(field) : undefined;
  if (numbers !== undefined) return layoutFiller(type, numbers, inferred);
  if (DataType.isInt(type) && type.bitWidth < 64) {
    const least = type.isSigned ? -(2 ** (type.bitWidth - 1)) : 0;
    const most = 2 ** (type.bitWidth - (type.isSigned ? 1 : 0)) - 1;
    return numberFiller(type, (bytes, start, end) => {
      const plain = plainNumber(bytes, start, end, false);
      const value = Number.isNaN(plain) ? parseInteger(textOf(bytes, start, end), !inferred) : plain;
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
    const asWritten = inferred && decimals !== undefined;
    return numberFiller(type, (bytes, start, end) => {
      const plain = plainNumber(bytes, start, end, true);
      // Plain numbers with the right decimals always come back: only others need the whole check.
      if (!Number.isNaN(plain) && (!asWritten || bytes[end - 1 - decimals] === POINT)) return plain;
      const value = parseDecimal(textOf(bytes, start, end), !inferred);
      if (value === undefined || !asWritten) return value;
      return Object.is(Number(write(value)), value) ? value : undefined;
    });
  }
  const layout = dateLayoutOf(field) ?? (DataType.isTime(type) ? dateLayout('HH:mm:ss') : undefined);
  const held = layout && secondsInType(type);
  if (layout !== undefined && held !== undefined) {
    return numberFiller(type, (bytes, start, end) => {
      const seconds = layout.parse(textOf(bytes, start, end));
      return seconds === undefined ? undefined : held.valueOf(seconds);
    });
  }
  if (DataType.isDate(type)) {
    if (type.unit === 0) return numberFiller(type, (bytes, start, end) => parseDate(textOf(bytes, start, end)));
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

const POINT = 46;

function nullsOf({ length, bounds, offset, stride }: TextFields) {
  let nullCount = 0;
  let firstNull = -1;
  for (let row = 0, at = offset + 1; row < length; row += 1, at += stride) {
    if (bounds[at] !== NULL_END) continue;
    if (nullCount === 0) firstNull = row;
    nullCount += 1;
  }
  if (nullCount === 0) return { nullCount, firstNull };
  const nullBitmap = bitmapOf(length, false);
  for (let row = 0, at = offset + 1; row < length; row += 1, at += stride) {
    if (bounds[at] !== NULL_END) setBit(nullBitmap, row);
  }
  return { nullCount, firstNull, nullBitmap };
}

/** Of numbers in a layout. */
function layoutFiller(type: DataType, layout: NumberLayout, inferred: boolean): Filler {
  const fast = layoutNumber(layout);
  const isWide = DataType.isInt(type) && type.bitWidth === 64;
  const value: Int32Array | BigInt64Array = new type.ArrayType(1);
  return numberFiller(type, (bytes, start, end) => {
    const quick = fast(bytes, start, end);
    const number = Number.isNaN(quick) ? layout.parse(textOf(bytes, start, end), !inferred) : quick;
    if (number === undefined) return undefined;
    if (!DataType.isInt(type)) return number;
    const whole = isWide ? BigInt(number) : number;
    value[0] = whole;
    // Typed arrays keep what fits and change the rest.
    return value[0] === whole ? whole : undefined;
  });
}

type Parse<T> = (bytes: Uint8Array, start: number, end: number) => T | undefined;

function numberFiller(type: DataType, parse: Parse<number | bigint>): Filler {
  return ({ length, bytes, bounds, offset, stride }, reject) => {
    const data = new type.ArrayType(length);
    for (let row = 0, at = offset; row < length; row += 1, at += stride) {
      const end = bounds[at + 1] as number;
      if (end !== NULL_END) data[row] = parse(bytes, bounds[at] as number, end) ?? reject(row);
    }
    return { data };
  };
}

function bigintFiller(type: DataType, parse: (text: string) => bigint | undefined): Filler {
  const unsigned = DataType.isInt(type) && !type.isSigned;
  return ({ length, bytes, bounds, offset, stride }, reject) => {
    const data = unsigned ? new BigUint64Array(length) : new BigInt64Array(length);
    for (let row = 0, at = offset; row < length; row += 1, at += stride) {
      const end = bounds[at + 1] as number;
      if (end !== NULL_END) data[row] = parse(textOf(bytes, bounds[at] as number, end)) ?? reject(row);
    }
    return { data };
  };
}

function boolFiller(spelling: string | undefined): Filler {
  const pairs = (spelling === undefined ? BOOLEAN_SPELLINGS : [spelling]).map((pair) => pair.split('/'));
  const values = new Map(pairs.flatMap(([yes = '', no = '']) => [[yes, true] as const, [no, false] as const]));
  return ({ length, bytes, bounds, offset, stride }, reject) => {
    const data = bitmapOf(length, false);
    for (let row = 0, at = offset; row < length; row += 1, at += stride) {
      const end = bounds[at + 1] as number;
      if (end === NULL_END) continue;
      const value = values.get(textOf(bytes, bounds[at] as number, end)) ?? reject(row);
      if (value) setBit(data, row);
    }
    return { data };
  };
}

/** Bytes from which on a text is copied by a call, which costs as much as a loop over so many. */
const LONG = 48;

function fillUtf8({ length, bytes, bounds, offset, stride }: TextFields): {
  data: Uint8Array;
  valueOffsets: Int32Array;
} {
  const valueOffsets = new Int32Array(length + 1);
  let size = 0;
  for (let row = 0, at = offset; row < length; row += 1, at += stride) {
    const end = bounds[at + 1] as number;
    if (end !== NULL_END) size += end - (bounds[at] as number);
    valueOffsets[row + 1] = size;
  }
  const data = new Uint8Array(size);
  for (let row = 0, at = offset, to = 0; row < length; row += 1, at += stride) {
    const end = bounds[at + 1] as number;
    let from = bounds[at] as number;
    if (end - from >= LONG) {
      data.set(bytes.subarray(from, end), to);
      to += end - from;
    } else for (; from < end; from += 1, to += 1) data[to] = bytes[from] as number;
  }
  return { data, valueOffsets };
}
