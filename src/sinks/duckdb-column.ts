import type * as DuckDB from '@duckdb/node-api';
import { type Data, DataType, Precision, TimeUnit, Vector } from 'apache-arrow';
import { typeName } from '../batches/type-name.js';
import { isJson, jsonValue } from './json-value.js';

/** How a column is written to DuckDB. */
export interface DuckdbColumn {
  readonly type: DuckDB.DuckDBType;
  /** The value of a row that is not null, as the package wants it. */
  value(data: Data, row: number): DuckDB.DuckDBValue;
}

/** The DuckDB column that holds every value of an Arrow type; a TypeError where there is none. Nested values are written as JSON text. */
export function duckdbColumn(duckdb: typeof DuckDB, name: string, type: DataType): DuckdbColumn {
  const stored: DuckdbColumn['value'] = ({ values }, row) => values[row] as number | bigint;
  const read: DuckdbColumn['value'] = (data, row) => new Vector([data]).get(row) as DuckDB.DuckDBValue;
  const {
    BOOLEAN,
    TINYINT,
    SMALLINT,
    INTEGER,
    BIGINT,
    UTINYINT,
    USMALLINT,
    UINTEGER,
    UBIGINT,
    FLOAT,
    DOUBLE,
    VARCHAR,
  } = duckdb;
  if (DataType.isDictionary(type)) return { ...duckdbColumn(duckdb, name, type.dictionary as DataType), value: read };
  if (DataType.isBool(type)) return { type: BOOLEAN, value: read };
  if (DataType.isInt(type)) {
    const of = type.isSigned ? [TINYINT, SMALLINT, INTEGER, BIGINT] : [UTINYINT, USMALLINT, UINTEGER, UBIGINT];
    return { type: of[Math.log2(type.bitWidth) - 3] ?? BIGINT, value: stored };
  }
  if (DataType.isFloat(type)) {
    if (type.precision === Precision.DOUBLE) return { type: DOUBLE, value: stored };
    return { type: FLOAT, value: read };
  }
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type) || DataType.isUtf8View(type))
    return { type: VARCHAR, value: read };
  if (DataType.isBinary(type) || DataType.isLargeBinary(type) || DataType.isFixedSizeBinary(type)) {
    const bytes: DuckdbColumn['value'] = (data, row) =>
      new duckdb.DuckDBBlobValue(Uint8Array.from(new Vector([data]).get(row) as Uint8Array));
    return { type: duckdb.BLOB, value: bytes };
  }
  if (DataType.isDate(type) && type.unit === 0)
    return { type: duckdb.DATE, value: ({ values }, row) => new duckdb.DuckDBDateValue(values[row] as number) };
  if (DataType.isDate(type)) {
    const ms: DuckdbColumn['value'] = ({ values }, row) =>
      new duckdb.DuckDBTimestampValue(BigInt(values[row] as bigint) * 1000n);
    return { type: duckdb.TIMESTAMP, value: ms };
  }
  if (DataType.isTimestamp(type)) {
    if (type.unit === TimeUnit.NANOSECOND && !type.timezone)
      return {
        type: duckdb.TIMESTAMP_NS,
        value: ({ values }, row) => new duckdb.DuckDBTimestampNanosecondsValue(values[row] as bigint),
      };
    const Value = type.timezone ? duckdb.DuckDBTimestampTZValue : duckdb.DuckDBTimestampValue;
    return {
      type: type.timezone ? duckdb.TIMESTAMPTZ : duckdb.TIMESTAMP,
      value: ({ values }, row) => new Value(microsOf(name, type.unit, values[row] as bigint)),
    };
  }
  if (DataType.isTime(type))
    return {
      type: duckdb.TIME,
      value: ({ values }, row) => new duckdb.DuckDBTimeValue(microsOf(name, type.unit, BigInt(values[row] as number))),
    };
  if (DataType.isDecimal(type) && type.bitWidth === 128 && type.scale >= 0) {
    const { precision, scale } = type;
    const decimal: DuckdbColumn['value'] = ({ values }, row) => {
      const words = (values as Uint32Array).subarray(row * 4, row * 4 + 4);
      const bits = words.reduceRight((value, word) => (value << 32n) | BigInt(word >>> 0), 0n);
      return new duckdb.DuckDBDecimalValue(BigInt.asIntN(128, bits), precision, scale);
    };
    return { type: duckdb.DECIMAL(precision, scale), value: decimal };
  }
  if (DataType.isDuration(type)) return { type: BIGINT, value: stored };
  if (DataType.isNull(type)) return { type: VARCHAR, value: read };
  if (isJson(type)) return { type: VARCHAR, value: (data, row) => JSON.stringify(jsonValue(data, row)) };
  throw new TypeError(`Expected column \`${name}\` to be of a type that DuckDB can hold, got \`${typeName(type)}\``);
}

const MICROS = { [TimeUnit.SECOND]: 1_000_000n, [TimeUnit.MILLISECOND]: 1000n, [TimeUnit.MICROSECOND]: 1n } as const;

function microsOf(name: string, unit: TimeUnit, value: bigint): bigint {
  if (unit !== TimeUnit.NANOSECOND) return value * MICROS[unit];
  if (value % 1000n === 0n) return value / 1000n;
  throw new RangeError(`Expected column \`${name}\` to have whole microseconds, got ${value} nanoseconds`);
}
