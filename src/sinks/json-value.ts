import { type Data, DataType, Field, Vector } from 'apache-arrow';
import { scalarText } from './scalar-text.js';

/** Whether values of a type are written to CSV as JSON: lists, structs and maps of what CSV can hold. */
export function isJson(type: DataType): boolean {
  return isNested(type) && type.children.every(({ type }) => isPlain(type) || isJson(type));
}

/**
 * The value of a row as `JSON.stringify` takes it: lists as arrays, structs and maps as objects, dates, times and decimals as text,
 * integers beyond 2^53 as text, nulls as null.
 */
export function jsonValue(data: Data, row: number): unknown {
  const { type, children } = data;
  if (DataType.isNull(type) || !data.getValid(row)) return null;
  if (DataType.isStruct(type)) {
    const entries = type.children.map(({ name }, i) => [name, jsonValue(children[i] as Data, row)]);
    return Object.fromEntries(entries);
  }
  if (DataType.isMap(type)) {
    const entries = items(data, row) as Record<string, unknown>[];
    return Object.fromEntries(entries.map((entry) => Object.values(entry)) as [string, unknown][]);
  }
  if (DataType.isFixedSizeList(type)) return items(data, row, type.listSize);
  if (isNested(type)) return items(data, row);
  const textOf = scalarText(new Field('', type));
  if (textOf !== undefined) return textOf(data)(row);
  const value: unknown = new Vector([data]).get(row);
  if (typeof value !== 'bigint') return value;
  return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
}

/** The values of a list, which lie at offsets or, with `size`, so many for each row. */
function items({ children, valueOffsets }: Data, row: number, size?: number): unknown[] {
  const begin = size === undefined ? Number(valueOffsets[row]) : row * size;
  const end = size === undefined ? Number(valueOffsets[row + 1]) : begin + size;
  const [child] = children;
  return child === undefined ? [] : Array.from({ length: end - begin }, (_, i) => jsonValue(child, begin + i));
}

function isNested(type: DataType): boolean {
  return (
    DataType.isList(type) ||
    DataType.isLargeList(type) ||
    DataType.isFixedSizeList(type) ||
    DataType.isStruct(type) ||
    DataType.isMap(type)
  );
}

function isPlain(type: DataType): boolean {
  if (DataType.isDictionary(type)) return isPlain(type.dictionary);
  return (
    DataType.isUtf8(type) ||
    DataType.isLargeUtf8(type) ||
    DataType.isUtf8View(type) ||
    DataType.isInt(type) ||
    DataType.isFloat(type) ||
    DataType.isBool(type) ||
    DataType.isNull(type) ||
    DataType.isDuration(type) ||
    scalarText(new Field('', type)) !== undefined
  );
}
