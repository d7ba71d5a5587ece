import { type Data, DataType, Field, TimeUnit } from 'apache-arrow';
import { dateLayoutOf } from '../batches/date-layout.js';
import { secondsInType } from '../batches/seconds-in-type.js';
import { dateWriter, timestampWriter, timeWriter } from './time-text.js';

const MS_PER_DAY = 86_400_000n;

/**
 * How dates, times, timestamps and decimals are written as text, undefined for fields of other types. The rows asked for must not be null.
 *
 * Dates, times and timestamps follow the field's metadata `rx-augment:datetime` where it has one, but for values that are finer than
 * its layout or out of its years; dates in milliseconds that are not whole days are written as timestamps.
 */
export function scalarText(field: Field): TextOf | undefined {
  const layout = dateLayoutOf(field);
  if (layout === undefined) return plainText(field);
  const plain = plainText(new Field(field.name, field.type));
  const secondsOf = secondsInType(field.type)?.secondsOf;
  if (plain === undefined || secondsOf === undefined) return plain;
  return (data) => {
    const { values } = data;
    const text = plain(data);
    return (row) => {
      const seconds = secondsOf(values[row] as number | bigint);
      return (seconds === undefined ? undefined : layout.write(seconds)) ?? text(row);
    };
  };
}

/** The text of a row in each batch's column. */
type TextOf = (data: Data) => (row: number) => string;

function plainText({ type, metadata }: Field): TextOf | undefined {
  if (DataType.isTimestamp(type)) {
    const write = timestampWriter(type.unit, Boolean(type.timezone), metadata.get('rx-augment:datetime'));
    return ({ values }) =>
      (row) =>
        write(values[row] as bigint);
  }
  if (DataType.isTime(type)) {
    const write = timeWriter(type.unit);
    return ({ values }) =>
      (row) =>
        write(values[row] as bigint | number);
  }
  if (DataType.isDecimal(type)) {
    return ({ values, stride }) =>
      (row) =>
        decimalText(values.subarray(row * stride, (row + 1) * stride), type.scale);
  }
  if (!DataType.isDate(type)) return undefined;
  const writeDays = dateWriter();
  if (type.unit === 0)
    return ({ values }) =>
      (row) =>
        writeDays(values[row] as number);
  const writeTimes = timestampWriter(TimeUnit.MILLISECOND, false);
  return ({ values }) =>
    (row) => {
      const ms = BigInt(values[row] as bigint);
      return ms % MS_PER_DAY === 0n ? writeDays(Number(ms / MS_PER_DAY)) : writeTimes(ms);
    };
}

/** A little-endian two's complement integer, in words of 32 bits, with its last `scale` digits behind the point. */
function decimalText(words: Uint32Array, scale: number): string {
  const unsigned = words.reduceRight((value, word) => (value << 32n) | BigInt(word >>> 0), 0n);
  const value = BigInt.asIntN(words.length * 32, unsigned);
  const digits = String(value < 0n ? -value : value);
  const sign = value < 0n ? '-' : '';
  if (scale <= 0) return value === 0n ? '0' : `${sign}${digits}${'0'.repeat(-scale)}`;
  const padded = digits.padStart(scale + 1, '0');
  return `${sign}${padded.slice(0, -scale)}.${padded.slice(-scale)}`;
}
