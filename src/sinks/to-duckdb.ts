import { existsSync, rmSync } from 'node:fs';
import type * as DuckDB from '@duckdb/node-api';
import type { Data, RecordBatch, Schema } from 'apache-arrow';
import type { OperatorFunction } from 'rxjs';
import { loadPeer } from '../peer.js';
import { quoted, quotedTable } from '../sql-names.js';
import { type DuckdbColumn, duckdbColumn } from './duckdb-column.js';
import type { Output } from './output.js';
import type { BatchEncoder, SinkOptions, Written } from './write-batches.js';
import { writeTo } from './write-to.js';

/** Options of `toDuckdb`. */
export interface ToDuckdbOptions extends Omit<SinkOptions, 'end'> {
  /** The database's file; made where there is none. */
  readonly path: string;
  readonly table: string;
  /** The schema of the database that the table is in; default `main`. */
  readonly databaseSchema?: string;
  /** A new table (an error where it exists; default), an existing one, or a new one in place of an existing one. */
  readonly mode?: 'create' | 'append' | 'replace';
}

/**
 * Writes batches into a table of a DuckDB file, then emits one `Written` (whose `bytes` are 0) and completes. Everything is one
 * transaction: a run that fails or is unsubscribed leaves no row and no table, and no file where there was none.
 *
 * Types are those that hold every value; nested columns are written as JSON text. Columns are matched by their place, so that with `append` the
 * table has to have the same ones. Needs the package @duckdb/node-api. Errors: a batch with another schema is a
 * SchemaMismatchError; unions and intervals are TypeErrors; what the database refuses (a locked or damaged file, a table that
 * exists) is an Error that names the table and the file.
 */
export function toDuckdb(options: ToDuckdbOptions): OperatorFunction<RecordBatch, Written> {
  const { path, table, databaseSchema, mode = 'create' } = options;
  if (!['create', 'append', 'replace'].includes(mode))
    throw new RangeError(`Expected \`mode\` to be create, append or replace, got ${JSON.stringify(mode)}`);
  const place = quotedTable(table, databaseSchema);
  return (source) => {
    // The sink's output and its encoder share the appender, one for each subscription.
    const session: Session = { columns: [], append: () => {} };
    const open = () => ({ output: duckdbOutput({ path, table, databaseSchema, place, mode }, session) });
    return source.pipe(writeTo(open, () => encoder(session), options));
  };
}

interface Session {
  columns: readonly DuckdbColumn[];
  append(batch: RecordBatch): void;
}

function encoder(session: Session): BatchEncoder {
  return {
    begin: () => [],
    encode(batch) {
      session.append(batch);
      return [];
    },
    end: () => [],
  };
}

function required(schema: Schema | undefined): Schema {
  if (schema !== undefined) return schema;
  throw new TypeError('Expected at least one batch or the option `schema`: tables have columns, got none');
}

interface Place {
  readonly path: string;
  readonly table: string;
  readonly databaseSchema: string | undefined;
  /** The table as SQL names it. */
  readonly place: string;
  readonly mode: 'create' | 'append' | 'replace';
}

/** Rows of a chunk: what DuckDB's vectors hold. */
const CHUNK_ROWS = 2048;

function duckdbOutput({ path, table, databaseSchema, place, mode }: Place, session: Session): Output {
  const isNew = !existsSync(path);
  let instance: DuckDB.DuckDBInstance | undefined;
  let connection: DuckDB.DuckDBConnection | undefined;
  let appender: DuckDB.DuckDBAppender | undefined;
  let state: 'open' | 'discarded' | 'finished' = 'open';
  let busy = false;

  const attempt = async <T>(work: () => T | Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (cause) {
      throw failureOf(table, path, cause);
    }
  };
  const close = () => {
    // Whoever closes in mid-transaction has it rolled back. An appender that is not closed has not written its last rows.
    connection?.closeSync();
    instance?.closeSync();
    [appender, connection, instance] = [undefined, undefined, undefined];
    if (state === 'discarded' && isNew) for (const file of [path, `${path}.wal`]) rmSync(file, { force: true });
  };

  async function start(schema: Schema): Promise<void> {
    const duckdb = await loadPeer(() => import('@duckdb/node-api'), 'npm install @duckdb/node-api');
    session.columns = schema.fields.map(({ name, type }) => duckdbColumn(duckdb, name, type));
    if (state !== 'open') return;
    instance = await attempt(() => duckdb.DuckDBInstance.create(path));
    connection = await attempt(() => (instance as DuckDB.DuckDBInstance).connect());
    const definitions = schema.fields.map(
      ({ name, nullable }, i) => `${quoted(name)} ${session.columns[i]?.type}${nullable ? '' : ' NOT NULL'}`,
    );
    const statements = [
      'BEGIN',
      ...(mode === 'replace' ? [`DROP TABLE IF EXISTS ${place}`] : []),
      ...(mode === 'append' ? [] : [`CREATE TABLE ${place} (${definitions.join(', ')})`]),
    ];
    for (const statement of statements) {
      if (state !== 'open') return;
      await attempt(() => (connection as DuckDB.DuckDBConnection).run(statement));
    }
    appender = await attempt(() =>
      (connection as DuckDB.DuckDBConnection).createAppender(table, databaseSchema ?? null),
    );
    const types = session.columns.map(({ type }) => type);
    session.append = ({ data, numRows }) => {
      try {
        for (let from = 0; from < numRows; from += CHUNK_ROWS) {
          const rows = Math.min(CHUNK_ROWS, numRows - from);
          const chunk = duckdb.DuckDBDataChunk.create(types, rows);
          session.columns.forEach(({ value }, c) => {
            const column = data.children[c] as Data;
            const values = Array.from({ length: rows }, (_, r) =>
              column.getValid(from + r) ? value(column, from + r) : null,
            );
            chunk.setColumnValues(c, values);
          });
          appender?.appendDataChunk(chunk);
        }
      } catch (cause) {
        throw cause instanceof RangeError ? cause : failureOf(table, path, cause);
      }
    };
  }

  return {
    name: table,
    async begin(schema) {
      busy = true;
      try {
        await start(required(schema));
      } finally {
        busy = false;
        if (state === 'discarded') close();
      }
    },
    write: () => Promise.resolve(),
    async finish() {
      busy = true;
      try {
        await attempt(() => appender?.closeSync());
        await attempt(() => connection?.run('COMMIT'));
        state = 'finished';
        close();
      } finally {
        busy = false;
        if (state === 'discarded') close();
      }
    },
    discard() {
      if (state !== 'open') return;
      state = 'discarded';
      if (!busy) close();
    },
  };
}

/** What happened, in one line. */
function failureOf(table: string, path: string, cause: unknown): Error {
  const found = (cause as Error).message.replaceAll(/\s+/g, ' ').trim();
  return new Error(`Expected table \`${table}\` of \`${path}\` to take the rows, got: ${found}`, { cause });
}
