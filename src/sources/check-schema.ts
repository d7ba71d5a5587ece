import { Type } from 'apache-arrow/fb/type';
import { InputError } from '../errors.js';
import { FIELD, SCHEMA } from './arrow-metadata.js';
import type { FlatTable } from './flatbuffer.js';

/**
 * Checks what apache-arrow takes on trust in a schema: the byte order, which it does not read, that names differ, that
 * it knows the types, and that nested ones have the children they need. InputErrors for each; a RangeError for what is no schema.
 */
export function checkSchema(schema: FlatTable | undefined, source: string): void {
  if (schema === undefined) throw new RangeError('no schema');
  if (schema.int16(SCHEMA.endianness) !== 0) {
    throw new InputError('Expected little-endian Arrow data, got big-endian', { source });
  }
  const names = new Set<string>();
  for (const field of schema.tables(SCHEMA.fields)) {
    const position = { source, column: field.text(FIELD.name) };
    // apache-arrow takes one for the other.
    if (names.has(position.column)) {
      throw new InputError('Expected columns of different names, got one twice', position);
    }
    names.add(position.column);
    checkField(field, position);
  }
}

/** Types of the format that apache-arrow does not know, each with what to do. */
const UNKNOWN: Readonly<Partial<Record<number, readonly [found: string, advice: string]>>> = {
  [Type.RunEndEncoded]: ['run-end-encoded', 'decode it before it is written, as pyarrow.compute.run_end_decode does'],
  [Type.ListView]: ['list-view', 'cast it to list before it is written'],
  [Type.LargeListView]: ['large-list-view', 'cast it to large-list before it is written'],
};

function checkField(field: FlatTable, position: { source: string; column: string }): void {
  const children = field.tables(FIELD.children);
  const type = field.byte(FIELD.typeType);
  const [found, advice] =
    UNKNOWN[type] ?? (type in Type ? [] : [`type ${type}`, 'cast it to another one before it is written']);
  if (found !== undefined) {
    throw new InputError(`Expected a type that can be read, got ${found}: ${advice}`, position);
  }
  if (!hasChildren(type, children)) {
    throw new InputError('Expected a type with its parts, got one without: the data is damaged', position);
  }
  for (const child of children) checkField(child, position);
}

function hasChildren(type: number, children: readonly FlatTable[]): boolean {
  switch (type) {
    case Type.NONE:
      return false;
    case Type.List:
    case Type.LargeList:
    case Type.FixedSizeList:
      return children.length === 1;
    case Type.Map: {
      const [entries] = children;
      const isStruct = entries?.byte(FIELD.typeType) === Type.Struct_;
      return isStruct && children.length === 1 && entries.tables(FIELD.children).length === 2;
    }
    default:
      return true;
  }
}
