import { type Data, Message, type RecordBatch, type Schema } from 'apache-arrow';
import type { OperatorFunction } from 'rxjs';
import type { SinkTarget } from './output.js';
import { parquetColumn } from './parquet-column.js';
import { writeBatches } from './write-batches.js';
import type { BatchEncoder, SinkOptions, Written } from './write-to.js';

/** Options of `toParquet`. */
export interface ToParquetOptions extends SinkOptions {
  /** Rows of a row group, 1 or more; default 65,536. Batches are gathered until there are so many, and never cut. */
  readonly rowGroupRows?: number;
}

/**
 * Writes batches as Parquet (Snappy) to a path, `-` (standard output) or a Node stream, then emits one `Written` and completes.
 *
 * Row groups are written as batches arrive; memory is that of one row group. The Arrow schema goes along as other Arrow
 * libraries write it, so that dictionaries and metadata come back; date64 comes back as timestamp[ms], times and
 * timestamps of seconds as those of milliseconds.
 *
 * A path gets its file when it is complete; otherwise it is left as it was. Errors: a batch with another schema is a
 * SchemaMismatchError; a nested column, a union, an interval, a null column, no batch at all without the option `schema`,
 * and two columns of one name are TypeErrors; what the target reports (such as `EPIPE`) is passed on.
 */
export function toParquet(target: SinkTarget, options: ToParquetOptions = {}): OperatorFunction<RecordBatch, Written> {
  const { rowGroupRows = 65_536 } = options;
  if (!Number.isSafeInteger(rowGroupRows) || rowGroupRows < 1)
    throw new RangeError(`Expected \`rowGroupRows\` to be 1 or more, got ${rowGroupRows}`);
  return writeBatches(target, (schema) => parquetEncoder(schema, rowGroupRows), options);
}

async function parquetEncoder(schema: Schema | undefined, rowGroupRows: number): Promise<BatchEncoder> {
  if (schema === undefined)
    throw new TypeError(
      'Expected at least one batch or the option `schema`: Parquet files end with a schema, got none',
    );
  const twice = schema.names.find((name, i) => schema.names.indexOf(name) !== i);
  if (twice !== undefined) throw new TypeError(`Expected columns of different names, got \`${String(twice)}\` twice`);
  const columns = schema.fields.map(({ name, type, nullable }) => parquetColumn(name, type, nullable));
  const { ByteWriter, ParquetWriter } = await import('hyparquet-writer');
  const bytes = new ByteWriter();
  const writer = new ParquetWriter({
    writer: bytes,
    schema: [{ name: 'schema', num_children: columns.length }, ...columns.map(({ element }) => element)],
    kvMetadata: [{ key: 'ARROW:schema', value: schemaText(schema) }],
    createdBy: 'rx-augment',
  });
  let pending = columns.map(() => [] as unknown[]);
  let rows = 0;

  const take = (): Uint8Array[] => {
    if (bytes.index === 0) return [];
    const taken = bytes.getBytes().slice();
    bytes.index = 0;
    return [taken];
  };
  const writeGroup = () => {
    const columnData = columns.map(({ element: { name } }, i) => ({ name, data: pending[i] as unknown[] }));
    writer.write({ columnData, rowGroupSize: rows });
    pending = columns.map(() => []);
    rows = 0;
  };
  return {
    begin: () => [],
    encode({ data, numRows }) {
      for (const [i, column] of columns.entries()) {
        const all = pending[i] as unknown[];
        for (const value of column.values(data.children[i] as Data)) all.push(value);
      }
      rows += numRows;
      if (rows >= rowGroupRows) writeGroup();
      return take();
    },
    end() {
      if (rows > 0) writeGroup();
      writer.finish();
      return take();
    },
  };
}

/** An Arrow stream's schema message in base64. */
function schemaText(schema: Schema): string {
  const message = Message.encode(Message.from(schema));
  const length = (message.length + 7) & ~7;
  const bytes = Buffer.alloc(8 + length);
  bytes.writeInt32LE(-1, 0);
  bytes.writeInt32LE(length, 4);
  bytes.set(message, 8);
  return bytes.toString('base64');
}
