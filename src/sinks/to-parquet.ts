import type { Data, RecordBatch, Schema } from 'apache-arrow';
import type { OperatorFunction } from 'rxjs';
import { requireOptions } from '../require-options.js';
import type { SinkTarget } from './output.js';
import { parquetColumn } from './parquet-column.js';
import type { GroupColumn } from './parquet-group.js';
import { schemaAlong } from './schema-along.js';
import { writeBatches } from './write-batches.js';
import { type BatchEncoder, SINK_OPTIONS, type SinkOptions, type Written } from './write-to.js';

/** Options of `toParquet`. */
export interface ToParquetOptions extends SinkOptions {
  /** Rows of a row group, 1 or more; default 65,536. Batches are gathered until there are so many, and never cut. */
  readonly rowGroupRows?: number;
}

/**
 * Writes batches as Parquet (Snappy) to a path, `-` (standard output) or a Node stream, then emits one `Written` and completes.
 *
 * Row groups are written as batches arrive; memory is that of one row group. The Arrow schema goes along as other Arrow
 * libraries write it, so that types and metadata come back, and dictionaries with their words in order; date64 comes back as
 * timestamp[ms], times and timestamps of seconds as those of milliseconds, dictionaries of numbers as these.
 *
 * A path gets its file when it is complete; otherwise it is left as it was. Errors: a batch with another schema is a
 * SchemaMismatchError; a union, an interval, a struct without fields, no batch at all without the option `schema`,
 * and two columns of one name are TypeErrors; what the target reports (such as `EPIPE`) is passed on.
 */
export function toParquet(target: SinkTarget, options: ToParquetOptions = {}): OperatorFunction<RecordBatch, Written> {
  requireOptions('toParquet()', options, { ...SINK_OPTIONS, rowGroupRows: 'number' });
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
  const columns = schema.fields.map(parquetColumn);
  const elements = columns.flatMap(({ elements }) => elements);
  const { parquetSchema } = await import('hyparquet');
  const { ByteWriter, ParquetWriter } = await import('hyparquet-writer');
  const { writeParquetGroup } = await import('./parquet-group.js');
  const root = { name: 'schema', num_children: columns.length };
  const tree = parquetSchema({ schema: [root, ...elements] });
  const bytes = new ByteWriter();
  const writer = new ParquetWriter({ writer: bytes, schema: [root, ...elements], createdBy: 'rx-augment' });
  const metadata = [...schema.metadata].map(([key, value]) => ({ key, value }));
  const original = schemaAlong(schema);
  const none = (): Pending => ({ values: [], words: new Set() });
  let pending = columns.map(none);
  let rows = 0;

  const take = (): Uint8Array[] => {
    if (bytes.index === 0) return [];
    const taken = bytes.getBytes().slice();
    bytes.index = 0;
    return [taken];
  };
  const writeGroup = () => {
    writeParquetGroup(writer, tree, { columns: pending.map(groupColumn), rows });
    pending = columns.map(none);
    rows = 0;
  };
  return {
    begin: () => [],
    encode(batch) {
      const { data, numRows } = batch;
      original.add(batch);
      for (const [i, column] of columns.entries()) {
        const { values, words } = pending[i] as Pending;
        const part = data.children[i] as Data;
        for (const value of column.values(part)) values.push(value);
        if (column.words !== undefined) words.add(column.words(part));
      }
      rows += numRows;
      if (rows >= rowGroupRows) writeGroup();
      return take();
    },
    end() {
      if (rows > 0) writeGroup();
      writer.kvMetadata = [...metadata, { key: 'ARROW:schema', value: original.text() }];
      writer.finish();
      return take();
    },
  };
}

/** A column of the row group that is gathered. */
interface Pending {
  readonly values: unknown[];
  /** Those of each dictionary. */
  readonly words: Set<readonly unknown[]>;
}

/** Words of a dictionary, beyond which a row group has those of its rows alone. */
const MOST_WORDS = 65_536;

function groupColumn({ values, words }: Pending): GroupColumn {
  const all = [...words].flat().filter((word) => word !== null) as Uint8Array[];
  return { values, words: words.size > 0 && all.length <= MOST_WORDS ? all : undefined };
}
