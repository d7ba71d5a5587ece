import { type Data, DataType, type Field, Precision, TimeUnit, Vector } from 'apache-arrow';
import type { SchemaElement } from 'hyparquet';

/** What Parquet says of a column's values. */
export type ParquetKind = Omit<SchemaElement, 'name' | 'repetition_type'>;

/** The value of a row that is not null as the writer takes it; a copy. */
export type PhysicalValue = (data: Data, row: number) => unknown;

const UNITS = {
  [TimeUnit.SECOND]: ['MILLIS', 1000n],
  [TimeUnit.MILLISECOND]: ['MILLIS', 1n],
  [TimeUnit.MICROSECOND]: ['MICROS', 1n],
  [TimeUnit.NANOSECOND]: ['NANOS', 1n],
} as const;

/**
 * How values of a field that is no dictionary and not nested are stored; undefined for unions, intervals and nested types. UUIDs, which are
 * an extension in Arrow, are those of Parquet.
 */
export function parquetKind({ type, metadata }: Field): [ParquetKind, PhysicalValue] | undefined {
  const stored: PhysicalValue = ({ values }, row) => values[row] as unknown;
  if (DataType.isBool(type))
    return [
      { type: 'BOOLEAN' },
      ({ values, offset }, r) => ((values[(offset + r) >> 3] >> ((offset + r) & 7)) & 1) === 1,
    ];
  if (DataType.isInt(type)) {
    const { bitWidth, isSigned } = type;
    const physical = { type: bitWidth === 64 ? ('INT64' as const) : ('INT32' as const) };
    if (isSigned && bitWidth >= 32) return [physical, stored];
    return [{ ...physical, converted_type: `${isSigned ? 'INT' : 'UINT'}_${bitWidth}` as 'INT_8' }, stored];
  }
  if (DataType.isFloat(type)) {
    if (type.precision === Precision.HALF) {
      const half: PhysicalValue = (data, row) => new Vector([data]).get(row) as number;
      return [{ type: 'FIXED_LEN_BYTE_ARRAY', type_length: 2, logical_type: { type: 'FLOAT16' } }, half];
    }
    return [{ type: type.precision === Precision.SINGLE ? 'FLOAT' : 'DOUBLE' }, stored];
  }
  if (DataType.isNull(type)) return [{ type: 'INT32', logical_type: { type: 'NULL' } }, () => null];
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type) || DataType.isUtf8View(type))
    return [{ type: 'BYTE_ARRAY', converted_type: 'UTF8' }, (data, row) => new Vector([data]).get(row) as string];
  if (DataType.isBinary(type) || DataType.isLargeBinary(type) || DataType.isBinaryView(type))
    return [{ type: 'BYTE_ARRAY' }, (data, row) => Uint8Array.from(new Vector([data]).get(row) as Uint8Array)];
  if (DataType.isFixedSizeBinary(type)) {
    const bytes: PhysicalValue = (data, row) => Uint8Array.from(new Vector([data]).get(row) as Uint8Array);
    const isUuid = metadata.get('ARROW:extension:name') === 'arrow.uuid' && type.byteWidth === 16;
    const logical = isUuid ? { logical_type: { type: 'UUID' as const } } : {};
    return [{ type: 'FIXED_LEN_BYTE_ARRAY', type_length: type.byteWidth, ...logical }, bytes];
  }
  if (DataType.isDate(type)) {
    if (type.unit === 0) return [{ type: 'INT32', converted_type: 'DATE' }, stored];
    const logical = { type: 'TIMESTAMP', isAdjustedToUTC: false, unit: 'MILLIS' } as const;
    return [{ type: 'INT64', logical_type: logical }, ({ values }, row) => BigInt(values[row] as bigint)];
  }
  if (DataType.isTimestamp(type)) {
    const [unit, factor] = UNITS[type.unit];
    const logical = { type: 'TIMESTAMP', isAdjustedToUTC: Boolean(type.timezone), unit } as const;
    return [{ type: 'INT64', logical_type: logical }, ({ values }, row) => (values[row] as bigint) * factor];
  }
  if (DataType.isTime(type)) {
    const [unit, factor] = UNITS[type.unit];
    const logical = { type: 'TIME', isAdjustedToUTC: false, unit } as const;
    if (type.bitWidth === 64) return [{ type: 'INT64', logical_type: logical }, stored];
    return [{ type: 'INT32', logical_type: logical }, ({ values }, row) => values[row] * Number(factor)];
  }
  if (DataType.isDuration(type)) return [{ type: 'INT64' }, stored];
  if (!DataType.isDecimal(type)) return undefined;
  const { precision, scale, bitWidth } = type;
  const size = bitWidth / 32;
  const decimal = {
    type: 'FIXED_LEN_BYTE_ARRAY',
    type_length: bitWidth / 8,
    converted_type: 'DECIMAL',
    precision,
    scale,
  } as const;
  return [
    decimal,
    ({ values }, row) => {
      const words = values.subarray(row * size, row * size + size) as Uint32Array;
      return BigInt.asIntN(
        bitWidth,
        words.reduceRight((value, word) => (value << 32n) | BigInt(word >>> 0), 0n),
      );
    },
  ];
}
