import { DataType, Message, MetadataVersion, type Schema, UnionMode } from 'apache-arrow';
import type { RecordBatch } from 'apache-arrow/ipc/metadata/message';
import { popcnt_bit_range } from 'apache-arrow/util/bit';
import { InputError } from '../errors.js';
import type { ArrowMessage } from './arrow-messages.js';

/**
 * The messages of an Arrow stream as they are, known to fit each other: a schema, then dictionaries and record batches of its
 * columns, with rows, nulls and buffers as they say. apache-arrow fills up columns that are shorter than others, to any length. The
 * batches are not compressed (see `unpackMessages`). InputErrors name the column. Cost: one pass over the validity bits.
 */
export async function* checkMessages(
  messages: AsyncIterable<ArrowMessage>,
  source: string,
): AsyncGenerator<ArrowMessage, void, void> {
  let schema: Schema | undefined;
  for await (const message of messages) {
    const decoded = Message.decode(message.metadata);
    if (schema === undefined) {
      if (!decoded.isSchema()) throw damaged('a schema first', 'another message', { source });
      schema = decoded.header();
    } else if (decoded.isRecordBatch()) {
      const columns = schema.fields.map(({ name, type }) => ({ name, type }));
      checkColumns(columns, { header: decoded.header(), body: message.body, version: schema.metadataVersion, source });
    } else if (decoded.isDictionaryBatch()) {
      const { id, data } = decoded.header();
      const type = schema.dictionaries.get(id);
      if (type === undefined) throw damaged('a dictionary of a column', 'one of none', { source });
      const { name } = schema.fields.find(({ type }) => DataType.isDictionary(type) && type.id === id) ?? {};
      const parts = { header: data, body: message.body, version: schema.metadataVersion, source };
      checkColumns([{ ...(name !== undefined && { name }), type }], parts);
    } else throw damaged('record batches after the schema', 'another message', { source });
    yield message;
  }
}

interface Column {
  readonly name?: string;
  readonly type: DataType;
}

interface Parts {
  readonly header: RecordBatch;
  readonly body: Uint8Array;
  readonly version: MetadataVersion;
  readonly source: string;
}

function checkColumns(columns: readonly Column[], { header, body, version, source }: Parts): void {
  const { length: rows, nodes, buffers, variadicBufferCounts } = header;
  const taken = { nodes: 0, buffers: 0, counts: 0 };
  let end = 0;

  /** The bytes of the next buffer; undefined where it is none. Buffers follow each other. */
  function nextBuffer(): Uint8Array | undefined {
    const { offset, length } = buffers[taken.buffers] ?? { offset: 0, length: -1 };
    taken.buffers += 1;
    if (length === 0) return new Uint8Array(0);
    if (length < 0 || offset < end || offset + length > body.length) return undefined;
    end = offset + length;
    return body.subarray(offset, end);
  }

  function fits(type: DataType, expected?: number): boolean {
    const { length, nullCount } = nodes[taken.nodes] ?? { length: -1, nullCount: 0 };
    taken.nodes += 1;
    if (!Number.isSafeInteger(length) || length < 0 || (expected !== undefined && length !== expected)) return false;
    if (hasValidity(type, version)) {
      const bits = nextBuffer();
      if (bits === undefined || !(DataType.isUnion(type) || hasNulls(bits, length, nullCount))) return false;
    }
    const isView = DataType.isUtf8View(type) || DataType.isBinaryView(type);
    const views = isView ? (variadicBufferCounts[taken.counts] ?? -1) : 0;
    taken.counts += isView ? 1 : 0;
    if (views < 0) return false;
    for (let rest = buffersOfValues(type) + views; rest > 0; rest -= 1) if (nextBuffer() === undefined) return false;
    return DataType.isDictionary(type) || (type.children ?? []).every((child) => fits(child.type));
  }

  for (const { name, type } of columns) {
    const position = { source, ...(name !== undefined && { column: name }) };
    if (!fits(type, rows)) throw damaged(`${rows} rows of the schema's type`, 'other lengths or buffers', position);
  }
  const all = { nodes: nodes.length, buffers: buffers.length, counts: variadicBufferCounts.length };
  if (all.nodes !== taken.nodes || all.buffers !== taken.buffers || all.counts !== taken.counts) {
    throw damaged('a batch with the columns of the schema', 'one with others', { source });
  }
}

/** Whether values are preceded by their validity; unions had one before version 5. */
function hasValidity(type: DataType, version: MetadataVersion): boolean {
  return !DataType.isNull(type) && (!DataType.isUnion(type) || version < MetadataVersion.V5);
}

/** Whether so many of the rows are null. apache-arrow looks at the bits only where there are nulls, and counts none where -1 says "unknown". */
function hasNulls(bits: Uint8Array, rows: number, nulls: number): boolean {
  if (bits.length === 0) return nulls <= 0;
  return bits.length * 8 >= rows && rows - popcnt_bit_range(bits, 0, rows) === Math.max(0, nulls);
}

/** How many buffers a type has beyond validity and those of its children. */
function buffersOfValues(type: DataType): number {
  if (DataType.isNull(type) || DataType.isStruct(type) || DataType.isFixedSizeList(type)) return 0;
  if (DataType.isUnion(type)) return type.mode === UnionMode.Dense ? 2 : 1;
  const isText = DataType.isUtf8(type) || DataType.isLargeUtf8(type);
  return isText || DataType.isBinary(type) || DataType.isLargeBinary(type) ? 2 : 1;
}

function damaged(expected: string, found: string, position: { source: string; column?: string }): InputError {
  return new InputError(`Expected ${expected}, got ${found}: the data is damaged`, position);
}
