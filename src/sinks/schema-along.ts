import { type Data, DataType, Field, List, Map_, Message, type RecordBatch, Schema, Struct } from 'apache-arrow';

/** What a Parquet file says of the Arrow schema that it was written from. */
export interface SchemaAlong {
  /** Takes note of a batch. */
  add(batch: RecordBatch): void;
  /** The value of `ARROW:schema`: the schema message of an Arrow stream, in base64. */
  text(): string;
}

/**
 * Has fixed-size lists as plain ones where some are null: Parquet gives nulls no items, and pyarrow refuses files in which a fixed-size
 * list has none.
 */
export function schemaAlong(schema: Schema): SchemaAlong {
  const gaps = schema.fields.map(() => false);
  return {
    add({ data }) {
      for (const [i, child] of data.children.entries()) gaps[i] ||= hasGaps(child, false);
    },
    text() {
      const fields = schema.fields.map((field, i) => (gaps[i] ? withoutSizes(field) : field));
      return textOf(new Schema(fields, schema.metadata));
    },
  };
}

function hasGaps({ type, length, nullCount, children }: Data, isAround: boolean): boolean {
  if (length === 0) return false;
  const areNull = isAround || nullCount > 0;
  if (DataType.isFixedSizeList(type) && areNull) return true;
  return children.some((child) => hasGaps(child, DataType.isStruct(type) && areNull));
}

function withoutSizes({ name, type, nullable, metadata }: Field): Field {
  if (DataType.isFixedSizeList(type)) {
    const plain = new Map([...metadata].filter(([key]) => !key.startsWith('ARROW:extension:')));
    return new Field(name, new List(withoutSizes(type.children[0] as Field)), nullable, plain);
  }
  const children = (type.children ?? []).map(withoutSizes);
  const [child] = children;
  if (DataType.isStruct(type)) return new Field(name, new Struct(children), nullable, metadata);
  if (child === undefined || !(DataType.isList(type) || DataType.isMap(type)))
    return new Field(name, type, nullable, metadata);
  const nested = DataType.isMap(type) ? new Map_(child as never, type.keysSorted) : new List(child);
  return new Field(name, nested, nullable, metadata);
}

function textOf(schema: Schema): string {
  const message = Message.encode(Message.from(schema));
  const length = (message.length + 7) & ~7;
  const bytes = Buffer.alloc(8 + length);
  bytes.writeInt32LE(-1, 0);
  bytes.writeInt32LE(length, 4);
  bytes.set(message, 8);
  return bytes.toString('base64');
}
