import { tmpdir } from 'node:os';
import type { RecordBatch, Schema, Vector } from 'apache-arrow';
import { batchOf } from '../batches/batch-of.js';
import { compact } from '../batches/compact.js';
import { requireSameSchema } from '../batches/require-same-schema.js';
import { createSpoolFile, type SpoolFile } from './spool-file.js';

/** Options of `createSpool`. */
export interface SpoolOptions {
  /** Bytes of batches kept in memory, 0 or more; when there are more, all go to a temporary file. Default 16 MiB. */
  readonly memoryBytes?: number;
  /** Where the temporary folder is made; default the system's temporary folder. */
  readonly directory?: string;
}

/** RangeError for a bound below 0. */
export function checkSpoolOptions({ memoryBytes = 0 }: SpoolOptions): void {
  if (!(memoryBytes >= 0)) throw new RangeError(`Expected \`memoryBytes\` to be 0 or more, got ${memoryBytes}`);
}

/** Keeps a stream of batches so that it can be read several times. */
export interface Spool {
  /** Rows added so far. */
  readonly rows: number;
  /** The schema of the first batch, undefined before. */
  readonly schema: Schema | undefined;
  /** Bytes kept in memory, dictionaries included once. */
  readonly bytesInMemory: number;
  /**
   * Adds a batch; resolves when it is kept. Its buffers must not be changed afterwards. Rejects with a SchemaMismatchError for
   * other columns, and with an Error that names the folder when the file cannot be written, such as on a full disk.
   */
  add(batch: RecordBatch): Promise<void>;
  /** The batches added so far in their order, those without rows left out; any number of times, also at once. */
  batches(): AsyncGenerator<RecordBatch, void, void>;
  /** Frees the memory and removes the temporary folder; may be called again. */
  close(): Promise<void>;
}

/**
 * Makes a spool that holds batches in memory up to a bound, and all of them in a temporary file beyond it: what comes after the
 * reading needs the memory too, and of many small arrays little goes back to the system.
 *
 * The file is made when it is first needed, in a folder of its own, and is removed by `close` or, failing that, when the process
 * exits. Close a spool on every path.
 */
export function createSpool({ memoryBytes = 2 ** 24, directory = tmpdir() }: SpoolOptions = {}): Spool {
  checkSpoolOptions({ memoryBytes });
  const kept: RecordBatch[] = [];
  const dictionaries = new Set<Vector>();
  let schema: Schema | undefined;
  let rows = 0;
  let bytesInMemory = 0;
  let file: SpoolFile | undefined;
  let closed = false;
  let last: Promise<void> = Promise.resolve();

  async function keep(batch: RecordBatch): Promise<void> {
    if (closed) throw new Error('Expected an open spool, got a closed one');
    const expected = schema ?? batch.schema;
    requireSameSchema(expected, batch.schema, 'Expected the columns of the first batch');
    schema = expected;
    if (batch.numRows === 0) return;
    const compacted = compact(withSchema(batch, expected));
    const added = [...compacted.batch.dictionaries.values()].filter((dictionary) => !dictionaries.has(dictionary));
    const bytes = added.reduce((sum, { byteLength }) => sum + byteLength, compacted.bytes);
    if (file === undefined && bytesInMemory + bytes <= memoryBytes) {
      kept.push(compacted.batch);
      bytesInMemory += bytes;
      for (const dictionary of added) dictionaries.add(dictionary);
    } else {
      file ??= await createSpoolFile(directory);
      for (const earlier of kept) await file.append(earlier);
      forget();
      await file.append(compacted.batch);
    }
    rows += batch.numRows;
  }

  function forget(): void {
    kept.length = 0;
    dictionaries.clear();
    bytesInMemory = 0;
  }

  return {
    get rows() {
      return rows;
    },
    get schema() {
      return schema;
    },
    get bytesInMemory() {
      return bytesInMemory;
    },
    add(batch) {
      const added = last.then(() => keep(batch));
      last = added.catch(() => {});
      return added;
    },
    async *batches() {
      await last;
      if (closed) throw new Error('Expected an open spool, got a closed one');
      yield* file === undefined ? kept.slice() : file.batches();
    },
    async close() {
      closed = true;
      await last;
      forget();
      await file?.remove();
      file = undefined;
    },
  };
}

/** The batch with the first batch's schema object: the writer ends its stream without a word when ids of dictionaries differ. */
function withSchema(batch: RecordBatch, schema: Schema): RecordBatch {
  if (batch.schema === schema) return batch;
  const columns = schema.fields.map(({ type }, i) => batch.data.children[i]?.clone(type));
  return batchOf(
    schema,
    batch.numRows,
    columns.filter((data) => data !== undefined),
  );
}
