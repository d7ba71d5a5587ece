import { randomUUID } from 'node:crypto';
import type { RecordBatch } from 'apache-arrow';
import type { Client } from 'pg';
import type { CopyStreamQuery } from 'pg-copy-streams';
import type { OperatorFunction } from 'rxjs';
import { databaseFailure } from '../database-failure.js';
import { requireOptions } from '../require-options.js';
import { quoted } from '../sql-names.js';
import { csvEncoder } from './csv-encoder.js';
import { appendQuoted } from './csv-text.js';
import { loadPostgres } from './load-postgres.js';
import type { Output } from './output.js';
import { postgresCells, postgresType } from './postgres-types.js';
import { requireConnection } from './require-connection.js';
import {
  requireColumns,
  TABLE_SINK_OPTIONS,
  type TablePlace,
  type TableSinkOptions,
  tablePlace,
} from './table-place.js';
import type { Written } from './write-to.js';
import { writeTo } from './write-to.js';

/** Options of `toPostgres`. */
export interface ToPostgresOptions extends TableSinkOptions {
  /** `postgres://user:password@host:port/database`, or the settings of a pg client. */
  readonly connection: string | object;
}

/**
 * Writes batches into a PostgreSQL table by COPY, then emits one `Written` and completes. Everything is one transaction: a run
 * that fails, is unsubscribed or whose process ends leaves no row and no table. With `replace`, the existing table can be read
 * until all rows are there, by the same pipe too.
 *
 * Types are those that hold every value: unsigned integers the next larger one, timestamps `timestamp` or, with a time zone,
 * `timestamptz`, nested columns `jsonb`. Needs the packages pg and pg-copy-streams. Errors: a batch with another schema is a
 * SchemaMismatchError; unions and intervals are TypeErrors; times finer than microseconds are RangeErrors; what the database
 * refuses, with its own words and the line of the copy, and a database that goes away, are Errors that name the table.
 */
export function toPostgres(options: ToPostgresOptions): OperatorFunction<RecordBatch, Written> {
  requireOptions('toPostgres()', options, { ...TABLE_SINK_OPTIONS, connection: true });
  const { connection } = options;
  requireConnection(connection);
  tablePlace(options); // What is wrong with them is told at once.
  const layout = {
    delimiter: ',',
    lineEnd: '\n',
    header: false,
    appendText: appendQuoted, // All of it: what stands between quotes means nothing to COPY.
    loneNull: '',
    cellsOf: postgresCells,
  } as const;
  const open = (onFailure: (error: Error) => void) => ({
    output: postgresOutput(connection, placeOf(options), onFailure),
  });
  return writeTo(open, (schema) => csvEncoder(requireColumns(schema), layout), options);
}

interface PostgresPlace extends TablePlace {
  /** What follows the rows, before the transaction ends. */
  readonly closing: readonly string[];
}

/** Rows that replace others come into a table of their own, which takes its name at the end. */
function placeOf(options: ToPostgresOptions): PostgresPlace {
  const target = tablePlace(options);
  if (options.mode !== 'replace') return { ...target, closing: [] };
  const { opening, place } = tablePlace({
    ...options,
    table: `rx_augment_${randomUUID().slice(0, 8)}`,
    mode: 'create',
  });
  const closing = [`DROP TABLE IF EXISTS ${target.place}`, `ALTER TABLE ${place} RENAME TO ${quoted(target.table)}`];
  return { ...target, place, opening, closing };
}

function postgresOutput(
  connection: string | object,
  { table, place, opening, closing }: PostgresPlace,
  onFailure: (error: Error) => void,
): Output {
  let client: Client | undefined;
  let copy: CopyStreamQuery | undefined;
  let hangUp = () => {};
  let closed = false;
  let failure: Error | undefined;

  const fail = (cause: unknown): Error => {
    failure ??= databaseFailure(`Expected the database to take the rows for table \`${table}\``, cause);
    return failure;
  };
  const attempt = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (cause) {
      throw fail(cause);
    }
  };
  /** Whoever closes the connection in mid-transaction has it rolled back. */
  const close = () => {
    closed = true;
    copy?.destroy();
    copy = undefined;
    void client?.end().catch(() => undefined);
    hangUp();
    client = undefined;
  };

  return {
    name: table,
    async begin(schema) {
      const columns = requireColumns(schema).fields.map(({ name, type, nullable }) => ({
        name: quoted(name),
        type: `${postgresType(name, type)}${nullable ? '' : ' NOT NULL'}`,
      }));
      const { clientOf, copyFrom, hangUp: end } = await loadPostgres();
      if (closed) return;
      const opened = await attempt(async () => clientOf(connection));
      client = opened;
      hangUp = () => end(opened);
      // Between queries a lost connection is told here alone.
      opened.on('error', (cause) => {
        if (!closed) onFailure(fail(cause));
      });
      await attempt(() => opened.connect());
      const names = columns.map(({ name }) => name).join(', ');
      const statements = opening(columns.map(({ name, type }) => `${name} ${type}`));
      for (const statement of statements) {
        if (closed) return;
        await attempt(() => opened.query(statement));
      }
      if (closed) return;
      copy = opened.query(copyFrom(`COPY ${place} (${names}) FROM STDIN (FORMAT csv)`));
      copy.on('error', (cause) => {
        if (!closed) onFailure(fail(cause));
      });
    },
    write(chunk) {
      return new Promise((resolve, reject) => {
        if (copy === undefined) return resolve();
        // A copy: the connection may keep it for longer than it says.
        copy.write(Buffer.from(chunk), (cause) => (cause ? reject(fail(cause)) : resolve()));
      });
    },
    async finish() {
      const [stream, opened] = [copy, client];
      if (stream === undefined || opened === undefined) return;
      await attempt(
        () =>
          new Promise<void>((resolve, reject) => {
            stream.on('finish', () => resolve()).on('error', reject);
            stream.end();
          }),
      );
      for (const statement of [...closing, 'COMMIT']) {
        if (closed) return;
        await attempt(() => opened.query(statement));
      }
      closed = true;
      await opened.end();
    },
    discard() {
      if (!closed) close();
    },
  };
}
