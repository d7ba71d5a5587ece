import {
  Bool,
  type DataType,
  DateDay,
  Field,
  Float32,
  Float64,
  Int16,
  Int32,
  Int64,
  type RecordBatch,
  Schema,
  TimestampMicrosecond,
  Utf8,
} from 'apache-arrow';
import type { Client, FieldDef } from 'pg';
import type { Observable } from 'rxjs';
import { batchOf } from '../batches/batch-of.js';
import { databaseFailure } from '../database-failure.js';
import { InputError } from '../errors.js';
import { fromAsync, toAsyncIterable } from '../operators/flow.js';
import { requireOptions } from '../require-options.js';
import { loadPostgres } from '../sinks/load-postgres.js';
import { requireConnection } from '../sinks/require-connection.js';
import { quoted } from '../sql-names.js';
import { decimalsMetadata } from './decimals-metadata.js';
import { fromCsv } from './from-csv.js';
import { TABLE_QUERY_OPTIONS, type TableQueryOptions, tableQuery } from './table-query.js';

/** Options of `fromPostgres`. */
export interface FromPostgresOptions extends TableQueryOptions {
  /** `postgres://user:password@host:port/database`, or the settings of a pg client. */
  readonly connection: string | object;
}

/**
 * The rows of a PostgreSQL table or query as record batches of exactly `batchRows` rows, the last one smaller; one batch without rows
 * where there are none. They come by COPY, several times as fast as a cursor, no faster than they are taken, on one connection that is closed on every path.
 *
 * Types: smallint, integer, bigint, real, double precision, boolean and date as they are; numeric as float64 (the nearest
 * number, and the decimals of numeric(p, s) in `rx-augment:decimals`); timestamp as timestamp[us], timestamptz as timestamp[us, UTC]; everything else as its text.
 * Needs the packages pg and pg-copy-streams. Errors: what the database says, a connection that goes away, infinite dates and
 * dates before the year 1 (InputError with row and column), TypeErrors for neither or both of `table` and `query`, RangeErrors for sizes out of range.
 */
export function fromPostgres(options: FromPostgresOptions): Observable<RecordBatch> {
  requireOptions('fromPostgres()', options, { ...TABLE_QUERY_OPTIONS, connection: true });
  const { connection } = options;
  requireConnection(connection);
  const { source, from, batchRows, flow } = tableQuery(options);

  async function* read(signal: AbortSignal): AsyncGenerator<RecordBatch, void, void> {
    const { clientOf, copyTo, hangUp } = await loadPostgres();
    signal.throwIfAborted();
    let client: Client;
    try {
      client = clientOf(connection);
    } catch (cause) {
      throw databaseFailure(`Expected the rows of ${source}`, cause);
    }
    // Whatever it waits for ends with it: to connect, for a lock. In the middle of a copy it cannot be talked to any more.
    const stop = () => hangUp(client);
    signal.addEventListener('abort', stop, { once: true });
    client.on('error', () => {}); // The query that runs hears of it too.
    let done = false;
    try {
      await client.connect();
      signal.throwIfAborted();
      await client.query(SETTINGS);
      const { fields } = await client.query({ text: `SELECT * FROM ${from} LIMIT 0`, rowMode: 'array' });
      if (fields.length === 0) throw new InputError('Expected columns, got none', { source });
      const schema = new Schema(fields.map(fieldOf));
      const names = fields.map(({ name, dataTypeID }) => expressionOf(quoted(name), dataTypeID));
      // The null of a lone column would be an empty line, which is no record.
      const all = fields.length > 1 ? names : [...names, '1'];
      const withEnd = fields.length > 1 ? schema : new Schema([...schema.fields, new Field('?column?', new Int16())]);
      const copy = client.query(copyTo(`COPY (SELECT ${all.join(', ')} FROM ${from}) TO STDOUT (FORMAT csv, HEADER)`));
      copy.on('error', () => {}); // The reader hears of it too, unless it has left.
      const named = Object.assign(copy, { path: source });
      const batches = fromCsv(named, { schema: withEnd, batchRows });
      for await (const { numRows, data } of toAsyncIterable(batches, signal))
        yield batchOf(schema, numRows, data.children.slice(0, fields.length));
      done = true;
    } catch (cause) {
      throw signal.aborted || cause instanceof InputError
        ? cause
        : databaseFailure(`Expected the rows of ${source}`, cause);
    } finally {
      signal.removeEventListener('abort', stop);
      if (done) await client.end();
      else stop();
    }
  }
  return fromAsync(read, flow);
}

/** Texts as the reader wants them; and a server that looks, every second, whether its client is still there (from version 14 on). */
const SETTINGS = `SET datestyle = 'ISO'; SET timezone = 'UTC'; SET extra_float_digits = 1;
SELECT set_config(name, '1s', false) FROM pg_settings WHERE name = 'client_connection_check_interval'`;

/** The types of columns by their OIDs, which never change (pg_type.dat). */
const TYPES: Readonly<Record<number, () => DataType>> = {
  16: () => new Bool(),
  20: () => new Int64(),
  21: () => new Int16(),
  23: () => new Int32(),
  700: () => new Float32(),
  701: () => new Float64(),
  1082: () => new DateDay(),
  1114: () => new TimestampMicrosecond(),
  1184: () => new TimestampMicrosecond('UTC'),
  1700: () => new Float64(),
};
const [BOOLEAN, TIMESTAMPTZ, NUMERIC] = [16, 1184, 1700];

function fieldOf({ name, dataTypeID, dataTypeModifier }: FieldDef): Field {
  const type = TYPES[dataTypeID]?.() ?? new Utf8();
  // numeric(p, s) has p * 65536 + s + 4 as its modifier, s in 11 bits with its sign; numeric alone has -1.
  const isFixed = dataTypeID === NUMERIC && dataTypeModifier > 0;
  return new Field(name, type, true, isFixed ? decimalsMetadata(((dataTypeModifier - 4) << 21) >> 21) : undefined);
}

/** Booleans and points in time as the reader of texts wants them. */
function expressionOf(column: string, oid: number): string {
  if (oid === BOOLEAN) return `${column}::text AS ${column}`;
  if (oid !== TIMESTAMPTZ) return column;
  return `CASE WHEN isfinite(${column}) THEN to_char(${column}, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') ELSE ${column}::text END AS ${column}`;
}
