import { randomUUID } from 'node:crypto';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type * as DuckDB from '@duckdb/node-api';
import type { Data, RecordBatch, Schema } from 'apache-arrow';
import { defer, type OperatorFunction } from 'rxjs';
import { requireOptions } from '../require-options.js';
import { quoted } from '../sql-names.js';
import { type DuckdbColumn, duckdbColumn } from './duckdb-column.js';
import { duckdbFailure } from './duckdb-failure.js';
import { duckdbPath } from './duckdb-path.js';
import { loadDuckdb, openDuckdb } from './open-duckdb.js';
import type { Output } from './output.js';
import {
  requireColumns,
  TABLE_SINK_OPTIONS,
  type TablePlace,
  type TableSinkOptions,
  tablePlace,
} from './table-place.js';
import type { BatchEncoder, Written } from './write-to.js';
import { writeTo } from './write-to.js';

/** Options of `toDuckdb`. */
export interface ToDuckdbOptions extends TableSinkOptions {
  /** The database's file, by its path or `file:` URL; made where there is none. */
  readonly path: string | URL;
}

/**
 * Writes batches into a table of a DuckDB file, then emits one `Written` (whose `bytes` are 0) and completes. Everything is one
 * transaction: a run that fails, is unsubscribed or whose process ends leaves no row and no table. A new database is made under a
 * temporary name in the same folder and gets its own when it is complete. A file that `fromDuckdb` reads at the same time needs its `readOnly: false`.
 *
 * Types are those that hold every value; nested columns are written as JSON text. Columns are matched by their place, so that with `append` the
 * table has to have the same ones. Needs the package @duckdb/node-api. Errors: a batch with another schema is a
 * SchemaMismatchError; unions and intervals are TypeErrors; what the database refuses (a locked or damaged file, a table that
 * exists) is an Error that names the table and the file.
 */
export function toDuckdb(options: ToDuckdbOptions): OperatorFunction<RecordBatch, Written> {
  requireOptions('toDuckdb()', options, { ...TABLE_SINK_OPTIONS, path: true });
  const path = duckdbPath(options.path);
  const place = tablePlace(options);
  return (source) =>
    defer(() => {
      // The sink's output and its encoder share the appender, one for each subscription.
      const session: Session = { columns: [], append: () => {} };
      const open = () => ({ output: duckdbOutput(path, place, session) });
      return source.pipe(writeTo(open, () => encoder(session), options));
    });
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

/** Rows of a chunk: what DuckDB's vectors hold. */
const CHUNK_ROWS = 2048;

function duckdbOutput(path: string, { table, databaseSchema, opening }: TablePlace, session: Session): Output {
  const temporary = existsSync(path)
    ? undefined
    : join(dirname(path), `.${basename(path)}.${randomUUID().slice(0, 8)}.tmp`);
  let instance: DuckDB.DuckDBInstance | undefined;
  let connection: DuckDB.DuckDBConnection | undefined;
  let appender: DuckDB.DuckDBAppender | undefined;
  let state: 'open' | 'discarded' | 'finished' = 'open';
  let busy = false;

  const failureOf = (cause: unknown) => duckdbFailure(table, path, cause);
  const attempt = async <T>(work: () => T | Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (cause) {
      throw failureOf(cause);
    }
  };
  const isDiscarded = () => state === 'discarded';
  const close = () => {
    // Whoever closes in mid-transaction has it rolled back. An appender that is not closed has not written its last rows.
    connection?.closeSync();
    instance?.closeSync();
    [appender, connection, instance] = [undefined, undefined, undefined];
    if (state === 'discarded' && temporary !== undefined)
      for (const file of [temporary, `${temporary}.wal`].filter(existsSync)) rmSync(file);
  };

  async function start(schema: Schema): Promise<void> {
    const duckdb = await loadDuckdb();
    session.columns = schema.fields.map(({ name, type }) => duckdbColumn(duckdb, name, type));
    if (state !== 'open') return;
    instance = await attempt(() => openDuckdb(duckdb, temporary ?? path, false));
    connection = await attempt(() => (instance as DuckDB.DuckDBInstance).connect());
    const definitions = schema.fields.map(
      ({ name, nullable }, i) => `${quoted(name)} ${session.columns[i]?.type}${nullable ? '' : ' NOT NULL'}`,
    );
    for (const statement of opening(definitions)) {
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
        throw cause instanceof RangeError ? cause : failureOf(cause);
      }
    };
  }

  return {
    name: table,
    async begin(schema) {
      busy = true;
      try {
        await start(requireColumns(schema));
      } finally {
        busy = false;
        if (isDiscarded()) close();
      }
    },
    write: () => Promise.resolve(),
    async finish() {
      busy = true;
      try {
        await attempt(() => appender?.closeSync());
        await attempt(() => connection?.run('COMMIT'));
        // All of it goes into the one file that gets the name.
        if (temporary !== undefined) await attempt(() => connection?.run('CHECKPOINT'));
        if (temporary !== undefined && isDiscarded()) return;
        close();
        if (temporary !== undefined) await attempt(() => place(temporary, path));
        state = 'finished';
      } finally {
        busy = false;
        if (isDiscarded()) close();
      }
    },
    discard() {
      if (state !== 'open') return;
      state = 'discarded';
      if (!busy) close();
    },
  };
}

/** Gives a file its name, which nothing may have taken meanwhile. */
function place(temporary: string, path: string): void {
  if (existsSync(path)) throw new Error('a file of that name that was not there before');
  renameSync(temporary, path);
}
