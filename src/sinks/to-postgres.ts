import type { RecordBatch } from 'apache-arrow';
import type { Client, ClientConfig } from 'pg';
import type { CopyStreamQuery } from 'pg-copy-streams';
import type { OperatorFunction } from 'rxjs';
import { databaseFailure } from '../database-failure.js';
import { loadPeer } from '../peer.js';
import { quoted } from '../sql-names.js';
import { csvEncoder } from './csv-encoder.js';
import { appendQuoted } from './csv-text.js';
import type { Output } from './output.js';
import { postgresCells, postgresType } from './postgres-types.js';
import { requireColumns, type TablePlace, type TableSinkOptions, tablePlace } from './table-place.js';
import type { Written } from './write-batches.js';
import { writeTo } from './write-to.js';

/** Options of `toPostgres`. */
export interface ToPostgresOptions extends TableSinkOptions {
  /** `postgres://user:password@host:port/database`, or the settings of a pg client. */
  readonly connection: string | object;
}

/**
 * Writes batches into a PostgreSQL table by COPY, then emits one `Written` and completes. Everything is one transaction: a run
 * that fails, is unsubscribed or whose process ends leaves no row and no table.
 *
 * Types are those that hold every value: unsigned integers the next larger one, timestamps `timestamp` or, with a time zone,
 * `timestamptz`, nested columns `jsonb`. Needs the packages pg and pg-copy-streams. Errors: a batch with another schema is a
 * SchemaMismatchError; unions and intervals are TypeErrors; times finer than microseconds are RangeErrors; what the database
 * refuses, with its own words and the line of the copy, and a database that goes away, are Errors that name the table.
 */
export function toPostgres(options: ToPostgresOptions): OperatorFunction<RecordBatch, Written> {
  const { connection } = options;
  const place = tablePlace(options);
  const layout = {
    delimiter: ',',
    lineEnd: '\n',
    header: false,
    appendText: appendQuoted, // All of it: what stands between quotes means nothing to COPY.
    loneNull: '',
    cellsOf: postgresCells,
  } as const;
  const open = (onFailure: (error: Error) => void) => ({
    output: postgresOutput(connection, place, onFailure),
  });
  return writeTo(open, (schema) => csvEncoder(requireColumns(schema), layout), options);
}

function postgresOutput(
  connection: string | object,
  { table, place, opening }: TablePlace,
  onFailure: (error: Error) => void,
): Output {
  let client: Client | undefined;
  let copy: CopyStreamQuery | undefined;
  let closed = false;
  let failure: Error | undefined;

  const fail = (cause: unknown): Error => {
    failure ??= databaseFailure(`Expected the database to take the rows for table \`${table}\``, cause);
    return failure;
  };
  const attempt = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
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
    const { connection } = (client ?? {}) as { connection?: { stream: { destroy(): void } } };
    connection?.stream.destroy();
    client = undefined;
  };

  return {
    name: table,
    async begin(schema) {
      const columns = requireColumns(schema).fields.map(({ name, type, nullable }) => ({
        name: quoted(name),
        type: `${postgresType(name, type)}${nullable ? '' : ' NOT NULL'}`,
      }));
      const { default: pg } = await loadPeer(() => import('pg'), INSTALL);
      const { from: copyFrom } = await loadPeer(() => import('pg-copy-streams'), INSTALL);
      if (closed) return;
      const opened = new pg.Client(connection as string | ClientConfig);
      client = opened;
      // Between queries a lost connection is told here alone.
      opened.on('error', (cause) => {
        if (!closed) onFailure(fail(cause));
      });
      await attempt(opened.connect());
      const names = columns.map(({ name }) => name).join(', ');
      const statements = opening(columns.map(({ name, type }) => `${name} ${type}`));
      for (const statement of statements) {
        if (closed) return;
        await attempt(opened.query(statement));
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
        copy.write(chunk, (cause) => (cause ? reject(fail(cause)) : resolve()));
      });
    },
    async finish() {
      const [stream, opened] = [copy, client];
      if (stream === undefined || opened === undefined) return;
      await attempt(
        new Promise<void>((resolve, reject) => {
          stream.on('finish', () => resolve()).on('error', reject);
          stream.end();
        }),
      );
      if (closed) return;
      await attempt(opened.query('COMMIT'));
      closed = true;
      await opened.end();
    },
    discard() {
      if (!closed) close();
    },
  };
}

const INSTALL = 'npm install pg pg-copy-streams';
