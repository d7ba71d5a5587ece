import { type DataType, Field, Message, Schema } from 'apache-arrow';
import type { FileMetaData, SchemaElement } from 'hyparquet';
import type { SchemaTree } from 'hyparquet/src/types.js';
import { InputError } from '../errors.js';
import { readMessage } from './arrow-metadata.js';
import { type ParquetNode, parquetNodes } from './parquet-nodes.js';

/** A Parquet file's columns, as Arrow and as they are stored. */
export interface ParquetTable {
  readonly schema: Schema;
  /** One for each field. */
  readonly nodes: readonly ParquetNode[];
}

/** Where a file keeps the Arrow schema that it was written from: a message of an Arrow stream in base64. */
const ARROW_SCHEMA = 'ARROW:schema';

/**
 * The columns of a Parquet file, whose schema hyparquet gives as `root`. Time zones, dictionaries, large and fixed-size types and the metadata
 * of fields are those of the Arrow schema in the file, where there is one; UUIDs and JSON have Arrow's names of extensions. The metadata of
 * the table are the file's own and those of that schema. An InputError for types that Arrow lacks and two columns of one name.
 */
export function parquetTable(
  root: SchemaTree,
  { key_value_metadata: pairs = [] }: FileMetaData,
  source: string,
): ParquetTable {
  const original = arrowSchema(pairs.find(({ key }) => key === ARROW_SCHEMA)?.value);
  const names = new Set<string>();
  for (const { element } of root.children) {
    if (names.has(element.name))
      throw new InputError('Expected columns of different names, got one twice', { source, column: element.name });
    names.add(element.name);
  }
  const nodes = parquetNodes(root, original, source);
  const fields = root.children.map(({ element }, i) => {
    const known = original?.fields.find(({ name }) => name === element.name);
    const { type } = nodes[i] as { type: DataType };
    return new Field(element.name, type, isNullable(element), known?.metadata ?? extensionOf(element));
  });
  const own = pairs.flatMap(({ key, value }) => (key === ARROW_SCHEMA || value === undefined ? [] : [[key, value]]));
  const metadata = new Map([...(original?.metadata ?? []), ...(own as [string, string][])]);
  return { schema: new Schema(fields, metadata), nodes };
}

function arrowSchema(text: string | undefined): Schema | undefined {
  if (text === undefined) return undefined;
  try {
    const bytes = Buffer.from(text, 'base64').subarray(8);
    readMessage(bytes); // Damaged lengths would keep apache-arrow busy for minutes.
    const message = Message.decode(bytes);
    return message.isSchema() ? (message.header() as Schema) : undefined;
  } catch {
    return undefined; // It only refines what the file says itself.
  }
}

/** A repeated column is a list, which is never null. */
function isNullable({ repetition_type: repetition }: SchemaElement): boolean {
  return repetition === 'OPTIONAL';
}

function extensionOf({ logical_type: logical, converted_type: converted }: SchemaElement) {
  const name = logical?.type === 'UUID' ? 'arrow.uuid' : (logical?.type ?? converted) === 'JSON' && 'arrow.json';
  if (!name) return undefined;
  return new Map([
    ['ARROW:extension:name', name],
    ['ARROW:extension:metadata', ''],
  ]);
}
