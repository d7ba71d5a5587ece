import {
  Binary,
  Bool,
  type DataType,
  DateDay,
  Decimal,
  FixedSizeBinary,
  Float16,
  Float32,
  Float64,
  Int8,
  Int16,
  Int32,
  Int64,
  Null,
  TimeMicrosecond,
  TimeMillisecond,
  TimeNanosecond,
  TimestampMicrosecond,
  TimestampMillisecond,
  TimestampNanosecond,
  Uint8,
  Uint16,
  Uint32,
  Uint64,
  Utf8,
} from 'apache-arrow';
import type { SchemaElement } from 'hyparquet';
import { typeName } from '../batches/type-name.js';

/** Digits that a decimal of 256 bits holds. */
const MOST_DIGITS = 76;

/** The Arrow type of a plain Parquet column, as the file itself tells it; INT96 is timestamp[ns]. Undefined for what Arrow lacks. */
export function parquetType(element: SchemaElement): DataType | undefined {
  const { type, type_length: width = 0, converted_type: converted, logical_type: logical } = element;
  if (logical?.type === 'DECIMAL' || converted === 'DECIMAL') {
    const { precision = 0, scale = 0 } = element;
    return precision <= MOST_DIGITS ? new Decimal(scale, precision, precision <= 38 ? 128 : 256) : undefined;
  }
  if (logical?.type === 'NULL') return new Null();
  switch (type) {
    case 'BOOLEAN':
      return new Bool();
    case 'FLOAT':
      return new Float32();
    case 'DOUBLE':
      return new Float64();
    case 'INT96':
      return new TimestampNanosecond();
    case 'BYTE_ARRAY': {
      const isText = ['STRING', 'ENUM', 'JSON'].includes(logical?.type ?? '');
      return isText || ['UTF8', 'ENUM', 'JSON'].includes(converted ?? '') ? new Utf8() : new Binary();
    }
    case 'FIXED_LEN_BYTE_ARRAY':
      return logical?.type === 'FLOAT16' ? new Float16() : new FixedSizeBinary(width);
    default:
      return integerType(element);
  }
}

function integerType({ type, converted_type: converted, logical_type: logical }: SchemaElement): DataType | undefined {
  if (logical?.type === 'TIMESTAMP') {
    const zone = logical.isAdjustedToUTC ? 'UTC' : null;
    if (logical.unit === 'NANOS') return new TimestampNanosecond(zone);
    return logical.unit === 'MICROS' ? new TimestampMicrosecond(zone) : new TimestampMillisecond(zone);
  }
  if (logical?.type === 'TIME') {
    if (logical.unit === 'NANOS') return new TimeNanosecond();
    return logical.unit === 'MICROS' ? new TimeMicrosecond() : new TimeMillisecond();
  }
  if (logical?.type === 'DATE') return new DateDay();
  if (logical?.type === 'INTEGER') return integerOf(`${logical.isSigned ? '' : 'U'}INT_${logical.bitWidth}`);
  switch (converted) {
    case 'DATE':
      return new DateDay();
    case 'TIMESTAMP_MILLIS':
      return new TimestampMillisecond('UTC');
    case 'TIMESTAMP_MICROS':
      return new TimestampMicrosecond('UTC');
    case 'TIME_MILLIS':
      return new TimeMillisecond();
    case 'TIME_MICROS':
      return new TimeMicrosecond();
    case undefined:
      return type === 'INT32' ? new Int32() : type === 'INT64' ? new Int64() : undefined;
    default:
      return integerOf(converted);
  }
}

function integerOf(name: string): DataType | undefined {
  const types = [
    new Int8(),
    new Int16(),
    new Int32(),
    new Int64(),
    new Uint8(),
    new Uint16(),
    new Uint32(),
    new Uint64(),
  ];
  return types.find((type) => typeName(type).toUpperCase().replace('INT', 'INT_') === name);
}
