import { DataType, Field, Precision } from 'apache-arrow';
import { typeName } from '../batches/type-name.js';
import { appendAscii } from './byte-buffer.js';
import { type CellsOf, csvCells } from './csv-cells.js';
import type { TextAppender } from './csv-text.js';
import { scalarText } from './scalar-text.js';

/** The PostgreSQL type that holds every value of an Arrow type; a TypeError where there is none. */
export function postgresType(name: string, type: DataType): string {
  if (DataType.isDictionary(type)) return postgresType(name, type.dictionary as DataType);
  if (DataType.isBool(type)) return 'boolean';
  if (DataType.isInt(type)) {
    const bits = type.isSigned ? type.bitWidth : 2 * type.bitWidth;
    return bits <= 16 ? 'smallint' : bits === 32 ? 'integer' : bits === 64 ? 'bigint' : 'numeric(20)';
  }
  if (DataType.isFloat(type)) return type.precision === Precision.DOUBLE ? 'double precision' : 'real';
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type) || DataType.isUtf8View(type)) return 'text';
  if (isBytes(type)) return 'bytea';
  if (DataType.isDate(type)) return type.unit === 0 ? 'date' : 'timestamp';
  if (DataType.isTimestamp(type)) return type.timezone ? 'timestamptz' : 'timestamp';
  if (DataType.isTime(type)) return 'time';
  if (DataType.isDecimal(type)) return `numeric(${type.precision}, ${Math.max(0, type.scale)})`;
  if (DataType.isDuration(type)) return 'bigint';
  if (DataType.isNull(type)) return 'text';
  if (DataType.isStruct(type) || DataType.isMap(type) || isList(type)) return 'jsonb';
  throw new TypeError(
    `Expected column \`${name}\` to be of a type that PostgreSQL can hold, got \`${typeName(type)}\``,
  );
}

/** A column's values as COPY reads them in CSV: as in `toCsv`, without the spellings of the file they come from. */
export function postgresCells({ name, type, nullable }: Field, appendText: TextAppender): CellsOf {
  const plain = new Field(name, type, nullable);
  if (isBytes(type)) return bytesCells(plain);
  const exact =
    (DataType.isTimestamp(type) || DataType.isTime(type)) && type.unit === 3 ? scalarText(plain) : undefined;
  if (exact === undefined) return csvCells(plain, appendText);
  return withNulls((data) => {
    const text = exact(data);
    return (row, out) => {
      const value = BigInt(data.values[row] as bigint);
      if (value % 1000n !== 0n)
        throw new RangeError(`Expected column \`${name}\` to have whole microseconds, got ${text(row)}`);
      appendAscii(out, text(row).replace(/000$/, ''));
    };
  });
}

function bytesCells({ type }: Field): CellsOf {
  return withNulls(({ values, valueOffsets }) => {
    const width = DataType.isFixedSizeBinary(type) ? type.byteWidth : 0;
    const at = (row: number) => (width > 0 ? row * width : Number(valueOffsets[row]));
    return (row, out) => {
      const bytes = (values as Uint8Array).subarray(at(row), at(row + 1));
      appendAscii(out, `\\x${Buffer.from(bytes).toString('hex')}`);
    };
  });
}

function withNulls(cells: CellsOf): CellsOf {
  return (data) => {
    const write = cells(data);
    return (row, out) => {
      if (data.getValid(row)) write(row, out);
    };
  };
}

function isBytes(type: DataType): boolean {
  return DataType.isBinary(type) || DataType.isLargeBinary(type) || DataType.isFixedSizeBinary(type);
}

function isList(type: DataType): boolean {
  return DataType.isList(type) || DataType.isLargeList(type) || DataType.isFixedSizeList(type);
}
