import { DataType, DateUnit, Precision } from 'apache-arrow';
import { offsetOf } from '../batches/parse-time.js';
import { decimalStorage } from './decimal-storage.js';
import { fromFloat16, toFloat16 } from './float16.js';
import type { DayUnits, NumberStorage } from './number-storage.js';

/** The storage of integers, floats, decimals, dates, times, timestamps and durations; undefined for every other type. */
export function numberStorageOf(type: DataType): NumberStorage | undefined {
  if (DataType.isFloat(type)) {
    switch (type.precision) {
      case Precision.HALF:
        return halfFloat;
      case Precision.SINGLE:
        return plain(false, (values) => new Float32Array(values), Math.fround);
      case Precision.DOUBLE:
        return plain(false, (values) => values, identity);
    }
  }
  if (DataType.isDecimal(type)) return decimalStorage(type);
  const counts =
    DataType.isDate(type) || DataType.isTime(type) || DataType.isTimestamp(type) || DataType.isDuration(type);
  if (!counts && !DataType.isInt(type)) return undefined;
  const ArrayType: unknown = type.ArrayType;
  const days = daysOf(type);
  if (ArrayType === BigInt64Array) return { ...wide(true), ...(days && { days }) };
  if (ArrayType === BigUint64Array) return wide(false);
  const Narrow = type.ArrayType as new (values: Float64Array) => ArrayBufferView;
  return { ...plain(true, (values) => new Narrow(values), identity), ...(days && { days }) };
}

function daysOf(type: DataType): DayUnits | undefined {
  if (DataType.isDate(type)) return { day: type.unit === DateUnit.DAY ? 1 : 86_400_000, zone: 0 };
  if (!DataType.isTimestamp(type)) return undefined;
  // Units are numbered from seconds on, each a thousandth of the one before.
  const second = 1000 ** type.unit;
  return { day: 86_400 * second, zone: offsetOf(type.timezone ?? '') * second };
}

function plain(
  integer: boolean,
  write: (values: Float64Array) => ArrayBufferView,
  nearest: (value: number) => number,
): NumberStorage {
  return {
    integer,
    bits64: false,
    // Buffers may be longer than the column: Arrow pads them.
    read: (data) => new Float64Array((data.values as Float64Array).subarray(0, data.length)),
    write,
    nearest,
  };
}

const halfFloat: NumberStorage = {
  integer: false,
  bits64: false,
  read: (data) => Float64Array.from((data.values as Uint16Array).subarray(0, data.length), fromFloat16),
  write: (values) => Uint16Array.from(values, toFloat16),
  nearest: (value) => fromFloat16(toFloat16(value)),
};

/** 64-bit integers as pairs of 32-bit words: ten times faster than a BigInt a value. Little-endian, as Arrow is. */
function wide(signed: boolean): NumberStorage {
  return {
    integer: true,
    bits64: true,
    read(data) {
      const { buffer, byteOffset } = data.values as BigInt64Array;
      const words = new Int32Array(buffer, byteOffset, 2 * data.length);
      const values = new Float64Array(data.length);
      for (let i = 0; i < values.length; i += 1) {
        const high = words[2 * i + 1] as number;
        values[i] = (signed ? high : high >>> 0) * 2 ** 32 + ((words[2 * i] as number) >>> 0);
      }
      return values;
    },
    write(values) {
      const words = new Uint32Array(2 * values.length);
      for (let i = 0; i < values.length; i += 1) {
        const value = values[i] as number;
        const high = Math.floor(value / 2 ** 32);
        words[2 * i] = value - high * 2 ** 32;
        words[2 * i + 1] = high;
      }
      return signed ? new BigInt64Array(words.buffer) : new BigUint64Array(words.buffer);
    },
    nearest: Math.round,
  };
}

function identity(value: number): number {
  return value;
}
