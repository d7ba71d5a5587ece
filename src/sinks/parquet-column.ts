import { type Data, DataType, Precision, TimeUnit, Vector } from 'apache-arrow';
import type { SchemaElement } from 'hyparquet';
import { typeName } from '../batches/type-name.js';

/** How a column is written to Parquet. */
export interface ParquetColumn {
  readonly element: SchemaElement;
  /** The values of one batch as the writer takes them, null where there is none; copies. */
  values(data: Data): unknown[];
}

type Value = (data: Data, row: number) => unknown;
type Kind = Omit<SchemaElement, 'name' | 'repetition_type'>;

/** The Parquet column for a type; a TypeError for nested types, unions, intervals and nulls. Dictionaries are written as their values. */
export function parquetColumn(name: string, type: DataType, nullable: boolean): ParquetColumn {
  const plain = DataType.isDictionary(type) ? (type.dictionary as DataType) : type;
  const [kind, value] = kindOf(plain) ?? [];
  if (kind === undefined || value === undefined) {
    throw new TypeError(
      `Expected column \`${name}\` to be of a type that is written to Parquet, got \`${typeName(type)}\``,
    );
  }
  const valuesOf = (data: Data) =>
    Array.from({ length: data.length }, (_, row) => (data.getValid(row) ? value(data, row) : null));
  return {
    element: { name, repetition_type: nullable ? 'OPTIONAL' : 'REQUIRED', ...kind },
    values(data) {
      if (!DataType.isDictionary(type)) return valuesOf(data);
      const words = (data.dictionary?.data ?? []).flatMap(valuesOf);
      return Array.from({ length: data.length }, (_, row) =>
        data.getValid(row) ? (words[Number(data.values[row])] ?? null) : null,
      );
    },
  };
}

const UNITS = {
  [TimeUnit.SECOND]: ['MILLIS', 1000n],
  [TimeUnit.MILLISECOND]: ['MILLIS', 1n],
  [TimeUnit.MICROSECOND]: ['MICROS', 1n],
  [TimeUnit.NANOSECOND]: ['NANOS', 1n],
} as const;

function kindOf(type: DataType): [Kind, Value] | undefined {
  const stored: Value = ({ values }, row) => values[row] as unknown;
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
      const half: Value = (data, row) => new Vector([data]).get(row) as number;
      return [{ type: 'FIXED_LEN_BYTE_ARRAY', type_length: 2, logical_type: { type: 'FLOAT16' } }, half];
    }
    return [{ type: type.precision === Precision.SINGLE ? 'FLOAT' : 'DOUBLE' }, stored];
  }
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type) || DataType.isUtf8View(type))
    return [{ type: 'BYTE_ARRAY', converted_type: 'UTF8' }, (data, row) => new Vector([data]).get(row) as string];
  if (DataType.isBinary(type) || DataType.isLargeBinary(type) || DataType.isBinaryView(type))
    return [{ type: 'BYTE_ARRAY' }, (data, row) => Uint8Array.from(new Vector([data]).get(row) as Uint8Array)];
  if (DataType.isFixedSizeBinary(type)) {
    const bytes: Value = (data, row) => Uint8Array.from(new Vector([data]).get(row) as Uint8Array);
    return [{ type: 'FIXED_LEN_BYTE_ARRAY', type_length: type.byteWidth }, bytes];
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
  if (!DataType.isDecimal(type) || type.bitWidth !== 128) return undefined;
  const { precision, scale } = type;
  const decimal = {
    type: 'FIXED_LEN_BYTE_ARRAY',
    type_length: 16,
    converted_type: 'DECIMAL',
    precision,
    scale,
  } as const;
  return [
    decimal,
    ({ values }, row) => {
      const words = values.subarray(row * 4, row * 4 + 4) as Uint32Array;
      return BigInt.asIntN(
        128,
        words.reduceRight((value, word) => (value << 32n) | BigInt(word >>> 0), 0n),
      );
    },
  ];
}
