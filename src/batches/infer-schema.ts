import {
  Bool,
  DataType,
  DateDay,
  Field,
  Float64,
  Int32,
  Int64,
  Schema,
  TimeSecond,
  TimestampMicrosecond,
  TimestampMillisecond,
  TimestampNanosecond,
  Utf8,
} from 'apache-arrow';
import { dateLayout } from './date-layout.js';
import { inferDateLayout } from './infer-date-layout.js';
import { inferNumberLayout } from './infer-number-layout.js';
import { KNOWN_MARKS } from './null-marks.js';
import { type NumberFormat, numberWriter } from './number-format.js';
import { type NumberLayout, numberLayout } from './number-layout.js';
import { parseDecimal, parseInteger } from './parse-number.js';
import { parseDate, parseTimestamp } from './parse-time.js';

/** The spellings of booleans that are read, as field metadata `rx-augment:boolean` keeps them. */
export const BOOLEAN_SPELLINGS: readonly string[] = ['true/false', 'True/False', 'TRUE/FALSE'];

/** Which comes first in dates, day or month, where none of a column tells. */
export type DateOrder = 'dmy' | 'mdy';

/** What stands before decimals in numbers such as `1,234`, where none of a column tells. */
export type DecimalMark = '.' | ',';

/** Options of `inferSchema`. */
export interface InferSchemaOptions {
  readonly dateOrder?: DateOrder | undefined;
  readonly decimalMark?: DecimalMark | undefined;
  /** Texts that stand for null wherever they do not keep a column from a type other than utf8, however many of them it has. */
  readonly nullMarks?: readonly string[];
  /** Whether one of KNOWN_MARKS may do so in a column that has no other null; default false. */
  readonly guessNulls?: boolean;
}

/** The texts of one column, null where there is no value. */
export type TextColumn = readonly (string | null)[];

/**
 * The narrowest schema that holds every value of some text columns without loss: written back, each value gives the same text.
 *
 * A column becomes int32, int64 (up to 2^53 - 1), float64, bool, date32, a timestamp (ms, us or ns, no zone, UTC or one offset) or time32[s] when all of
 * its values are of that kind and come back, else utf8: so do `007`, `+5`, `1e5`, larger integers, mixed spellings and columns
 * without values. Metadata keeps the spelling: `rx-augment:decimals`, `rx-augment:min-decimals`, `rx-augment:exponents`, `rx-augment:boolean`,
 * `rx-augment:datetime` (a layout such as `YYYY-MM-DD HH:mm` or, see `inferDateLayout`, `DD.MM.YYYY`; absent for `YYYY-MM-DD`, `YYYY-MM-DDTHH:mm:ss` and
 * `HH:mm:ss`), `rx-augment:number` (a layout such as `$#,##0.00`, see `inferNumberLayout`), and `rx-augment:null` (what nulls are written as, see `nullMarksOf`). Dates of
 * which no value tells day from month stay utf8, with both layouts in `rx-augment:either-date`, unless `dateOrder` says which it is; so do
 * numbers such as `1,234`, with `rx-augment:either-number` and `decimalMark`, and columns with several null marks, with `rx-augment:either-null`. Every field is nullable.
 */
export function inferSchema(
  names: readonly string[],
  columns: readonly TextColumn[],
  options: InferSchemaOptions = {},
): Schema {
  return new Schema(names.map((name, i) => inferField(name, columns[i] ?? [], options)));
}

interface Inferred {
  readonly type: DataType;
  readonly metadata?: Record<string, string>;
}

function inferField(name: string, column: TextColumn, options: InferSchemaOptions): Field {
  const texts = column.filter((text) => text !== null);
  const whole = inferTexts(texts, options);
  const { type, metadata = {} } =
    (DataType.isUtf8(whole.type) ? inferAround(texts, texts.length < column.length, options) : undefined) ?? whole;
  return new Field(name, type, true, new Map(Object.entries(metadata)));
}

function inferTexts(texts: readonly string[], options: InferSchemaOptions): Inferred {
  return (
    (texts.length > 0 &&
      (inferIntegers(texts) ??
        (options.decimalMark === ',' ? inferLayout(texts, options.decimalMark) : undefined) ??
        inferDecimals(texts) ??
        inferBooleans(texts) ??
        inferTimes(texts, options.dateOrder) ??
        inferLayout(texts, options.decimalMark))) || { type: new Utf8() }
  );
}

/** The type of the texts that stand for no null, where it is not utf8; what a null is written as must be plain from the column. */
function inferAround(texts: readonly string[], hasNulls: boolean, options: InferSchemaOptions): Inferred | undefined {
  const { nullMarks = [], guessNulls = false } = options;
  const candidates = new Set(guessNulls ? [...nullMarks, ...KNOWN_MARKS] : nullMarks);
  const found = new Set(texts.filter((text) => candidates.has(text)));
  if (found.size === 0) return undefined;
  const inferred = inferTexts(
    texts.filter((text) => !found.has(text)),
    options,
  );
  if (DataType.isUtf8(inferred.type)) return undefined;
  const marks = [...found];
  const isTold = marks.every((mark) => nullMarks.includes(mark)) || (marks.length === 1 && !hasNulls);
  if (!isTold) return { type: new Utf8(), metadata: { 'rx-augment:either-null': marks.join('\n') } };
  return { ...inferred, metadata: { ...inferred.metadata, 'rx-augment:null': marks.join('\n') } };
}

function inferIntegers(texts: readonly string[]): Inferred | undefined {
  let small = true;
  for (const text of texts) {
    const value = parseInteger(text);
    if (value === undefined) return undefined;
    small &&= (value | 0) === value;
  }
  return { type: small ? new Int32() : new Int64() };
}

function inferDecimals(texts: readonly string[]): Inferred | undefined {
  let finite: string | undefined;
  for (const text of texts) {
    const value = parseDecimal(text);
    if (value === undefined) return undefined;
    // Integers beyond 2^53 are identifiers, even those that happen to be float64 values; so is `-0`.
    const whole = !/[.eE]/.test(text) && Number.isFinite(value);
    if (whole && (!Number.isSafeInteger(value) || Object.is(value, -0))) return undefined;
    if (Number.isFinite(value)) finite ??= text;
  }
  if (finite === undefined) return undefined;
  const decimals = /\.(\d{1,20})$/.exec(finite)?.[1]?.length;
  const formats: NumberFormat[] = [
    ...(decimals === undefined ? [] : [{ decimals }]),
    {},
    { minDecimals: 1 },
    { exponents: 'python' },
    { exponents: 'r' },
  ];
  const format = formats.find((format) => {
    const write = numberWriter(format);
    return texts.every((text) => write(Number(text)) === text);
  });
  if (format === undefined) return undefined;
  const { decimals: exactly, minDecimals, exponents } = format;
  return {
    type: new Float64(),
    metadata: {
      ...(exactly !== undefined && { 'rx-augment:decimals': String(exactly) }),
      ...(minDecimals !== undefined && { 'rx-augment:min-decimals': String(minDecimals) }),
      ...(exponents !== undefined && { 'rx-augment:exponents': exponents }),
    },
  };
}

function inferBooleans(texts: readonly string[]): Inferred | undefined {
  const spelling = BOOLEAN_SPELLINGS.find((pair) => {
    const [yes, no] = pair.split('/');
    return texts.every((text) => text === yes || text === no);
  });
  return spelling === undefined ? undefined : { type: new Bool(), metadata: { 'rx-augment:boolean': spelling } };
}

function inferTimes(texts: readonly string[], order: DateOrder | undefined): Inferred | undefined {
  if (texts.every((text) => parseDate(text) !== undefined)) return { type: new DateDay() };
  const layout = parseTimestamp(texts[0] ?? '')?.layout;
  return (layout === undefined ? undefined : inferTimestamps(texts, layout)) ?? inferLayouts(texts, order);
}

function inferTimestamps(texts: readonly string[], layout: string): Inferred | undefined {
  const decimals = layout.split('S').length - 1;
  // 64 bits of nanoseconds reach from 1677 to 2262.
  const reach = decimals > 6 ? 2 ** 63 / 1e9 - 1 : Number.POSITIVE_INFINITY;
  for (const text of texts) {
    const parsed = parseTimestamp(text);
    if (parsed?.layout !== layout || Math.abs(parsed.seconds) > reach) return undefined;
  }
  const zone = zoneOf(layout);
  const plain = layout === 'YYYY-MM-DDTHH:mm:ss' || layout === 'YYYY-MM-DDTHH:mm:ssZ';
  return {
    type:
      decimals > 6
        ? new TimestampNanosecond(zone)
        : decimals > 3
          ? new TimestampMicrosecond(zone)
          : new TimestampMillisecond(zone),
    metadata: plain ? {} : { 'rx-augment:datetime': layout },
  };
}

function inferLayouts(texts: readonly string[], order: DateOrder | undefined): Inferred | undefined {
  const [dayFirst, monthFirst] = inferDateLayout(texts);
  if (dayFirst === undefined) return undefined;
  if (monthFirst !== undefined && order === undefined)
    return { type: new Utf8(), metadata: { 'rx-augment:either-date': `${dayFirst} or ${monthFirst}` } };
  const layout = monthFirst !== undefined && order === 'mdy' ? monthFirst : dayFirst;
  const types = { date: new DateDay(), moment: new TimestampMillisecond(), time: new TimeSecond() };
  return {
    type: types[dateLayout(layout)?.of ?? 'date'],
    metadata: layout === 'HH:mm:ss' ? {} : { 'rx-augment:datetime': layout },
  };
}

function inferLayout(texts: readonly string[], decimalMark: DecimalMark | undefined): Inferred | undefined {
  const layouts = inferNumberLayout(texts);
  const [first, second] = layouts;
  if (first === undefined) return undefined;
  if (second !== undefined && decimalMark === undefined)
    return { type: new Utf8(), metadata: { 'rx-augment:either-number': layouts.join(' or ') } };
  const marked = layouts.find((layout) => numberLayout(layout)?.decimalMark === decimalMark);
  const layout = marked ?? layouts.find((layout) => numberLayout(layout)?.decimalMark === undefined) ?? first;
  const { decimalMark: mark, parse } = numberLayout(layout) as NumberLayout;
  const isSmall =
    mark === undefined &&
    texts.every((text) => {
      const value = Number(parse(text));
      return (value | 0) === value;
    });
  return {
    type: mark !== undefined ? new Float64() : isSmall ? new Int32() : new Int64(),
    metadata: { 'rx-augment:number': layout },
  };
}

/** The time zone of a layout in the words of Arrow: `UTC` or an offset such as `+02:00`; null for none. */
function zoneOf(layout: string): string | null {
  if (layout.endsWith('Z')) return 'UTC';
  const [, hours, minutes = '00'] = /([+-]\d\d):?(\d\d)?$/.exec(layout) ?? [];
  return hours === undefined ? null : `${hours}:${minutes}`;
}
