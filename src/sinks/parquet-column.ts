import { type Data, DataType, Field, type FixedSizeList } from 'apache-arrow';
import type { SchemaElement } from 'hyparquet';
import { typeName } from '../batches/type-name.js';
import { parquetKind } from './parquet-kind.js';

/** How a column is written to Parquet. */
export interface ParquetColumn {
  /** The column and, where it is nested, its parts, as the format lists them. */
  readonly elements: readonly SchemaElement[];
  /** The values of one batch as the writer takes them, null where there is none: arrays for lists, objects for structs, arrays of keys and values for maps; copies. */
  values(data: Data): readonly unknown[];
  /** For dictionaries of texts or bytes, their words in order, which are the very objects that `values` gives. */
  words?(data: Data): readonly unknown[];
}

type Repetition = NonNullable<SchemaElement['repetition_type']>;

/**
 * The Parquet column for a field; a TypeError for unions, intervals and structs without fields, in nested types too. Dictionaries of other values than texts and bytes,
 * and in nested types, are written as their values.
 */
export function parquetColumn(field: Field): ParquetColumn {
  return partOf(field.name, field, (found) => {
    const type = typeName(field.type);
    const inside = found === type ? '' : ` with \`${found}\` in it`;
    throw new TypeError(
      `Expected column \`${field.name}\` to be of a type that is written to Parquet, got \`${type}\`${inside}`,
    );
  });
}

type Refuse = (found: string) => never;

function partOf(name: string, field: Field, refuse: Refuse): ParquetColumn {
  const { type, nullable } = field;
  const repetition_type: Repetition = nullable || DataType.isNull(type) ? 'OPTIONAL' : 'REQUIRED';
  const own = { name, repetition_type };
  if (DataType.isDictionary(type)) return wordsOf(name, field, refuse);
  if (DataType.isList(type) || DataType.isLargeList(type) || DataType.isFixedSizeList(type)) {
    const item = partOf('element', type.children[0] as Field, refuse);
    const list = { name: 'list', repetition_type: 'REPEATED', num_children: 1 } as const;
    const elements = [{ ...own, num_children: 1, converted_type: 'LIST' } as const, list, ...item.elements];
    return { elements, values: (data) => listsOf(data, item.values) };
  }
  if (DataType.isMap(type)) {
    const [key, value] = type.childType.children as [Field, Field];
    const entries = structOf(
      [new Field('key', key.type, false), new Field('value', value.type, value.nullable)],
      refuse,
    );
    const pair = { name: 'key_value', repetition_type: 'REPEATED', num_children: 2 } as const;
    const elements = [{ ...own, num_children: 1, converted_type: 'MAP' } as const, pair, ...entries.elements];
    return { elements, values: (data) => listsOf(data, entries.values) };
  }
  if (DataType.isStruct(type)) {
    if (type.children.length === 0) refuse(typeName(type));
    const { elements, values } = structOf(type.children, refuse);
    return { elements: [{ ...own, num_children: type.children.length }, ...elements], values };
  }
  const [kind, value] = parquetKind(field) ?? refuse(typeName(type));
  return {
    elements: [{ ...own, ...kind }],
    values: (data) => Array.from({ length: data.length }, (_, row) => (data.getValid(row) ? value(data, row) : null)),
  };
}

function structOf(fields: readonly Field[], refuse: Refuse): ParquetColumn {
  const parts = fields.map((field) => partOf(field.name, field, refuse));
  return {
    elements: parts.flatMap(({ elements }) => elements),
    values(data) {
      // Arrow makes empty structs without their children.
      const columns = data.length === 0 ? [] : parts.map(({ values }, i) => values(data.children[i] as Data));
      return Array.from({ length: data.length }, (_, row) =>
        data.getValid(row) ? Object.fromEntries(fields.map(({ name }, i) => [name, columns[i]?.[row]])) : null,
      );
    },
  };
}

function listsOf(data: Data, valuesOf: (items: Data) => readonly unknown[]): readonly unknown[] {
  const { type, length, valueOffsets, children } = data;
  const offsetOf = DataType.isFixedSizeList(type)
    ? (row: number) => row * (type as FixedSizeList).listSize
    : (row: number) => Number(valueOffsets[row]);
  const [items] = children;
  if (items === undefined || length === 0) return Array.from({ length }, (_, row) => (data.getValid(row) ? [] : null));
  const begin = offsetOf(0);
  const values = valuesOf(items.slice(begin, offsetOf(length) - begin));
  return Array.from({ length }, (_, row) =>
    data.getValid(row) ? values.slice(offsetOf(row) - begin, offsetOf(row + 1) - begin) : null,
  );
}

function wordsOf(name: string, { type, nullable, metadata }: Field, refuse: Refuse): ParquetColumn {
  const { elements, values } = partOf(name, new Field(name, type.dictionary as DataType, nullable, metadata), refuse);
  const known = new WeakMap<object, readonly unknown[]>();
  const isBytes = elements[0]?.type === 'BYTE_ARRAY';
  const words = ({ dictionary }: Data): readonly unknown[] => {
    if (dictionary === undefined) return [];
    const found =
      known.get(dictionary) ??
      dictionary.data.flatMap(values).map((word) => (isBytes && typeof word === 'string' ? Buffer.from(word) : word));
    known.set(dictionary, found);
    return found;
  };
  return {
    elements,
    values(data) {
      const all = words(data);
      return Array.from({ length: data.length }, (_, row) =>
        data.getValid(row) ? (all[Number(data.values[row])] ?? null) : null,
      );
    },
    ...(isBytes && { words }),
  };
}
