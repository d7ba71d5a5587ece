import type { DuckDBConnection, DuckDBInstance, DuckDBResult, DuckDBType, DuckDBValue } from '@duckdb/node-api';
import {
  Binary,
  Bool,
  type DataType,
  DateDay,
  Field,
  Float32,
  Float64,
  Int8,
  Int16,
  Int32,
  Int64,
  type RecordBatch,
  Schema,
  TimeMicrosecond,
  TimestampMicrosecond,
  TimestampNanosecond,
  Uint8,
  Uint16,
  Uint32,
  Uint64,
  Utf8,
} from 'apache-arrow';
import type { Observable } from 'rxjs';
import { batchOf } from '../batches/batch-of.js';
import { rebatch } from '../batches/rebatch.js';
import { typeName } from '../batches/type-name.js';
import { databaseFailure } from '../database-failure.js';
import { InputError } from '../errors.js';
import { fromAsync } from '../operators/flow.js';
import { requireOptions } from '../require-options.js';
import { duckdbPath } from '../sinks/duckdb-path.js';
import { loadDuckdb, openDuckdb } from '../sinks/open-duckdb.js';
import { quoted } from '../sql-names.js';
import { decimalsMetadata } from './decimals-metadata.js';
import { physicalData } from './physical-data.js';
import { TABLE_QUERY_OPTIONS, type TableQueryOptions, tableQuery } from './table-query.js';

/** Options of `fromDuckdb`. */
export interface FromDuckdbOptions extends TableQueryOptions {
  /** The database's file, by its path or `file:` URL, which is opened for reading; default a database in memory, for queries over files: `SELECT * FROM 'birds/*.parquet'`. */
  readonly path?: string | URL;
  /** Whether the file is opened for reading alone (default), beside other readers. False where `toDuckdb` writes into the same file meanwhile. */
  readonly readOnly?: boolean;
}

/**
 * The rows of a DuckDB table or query as record batches of exactly `batchRows` rows, the last one smaller; one batch without rows where
 * there are none. They are computed as they are taken. The database is closed on every path.
 *
 * Types: as they are; DECIMAL and HUGEINT as float64 (the nearest number, and the decimals in `rx-augment:decimals`), TIMESTAMP_S and TIMESTAMP_MS
 * as timestamp[us]; enums, UUIDs, intervals and nested types as their text. Needs the package @duckdb/node-api. Errors: what the
 * database says (a missing or damaged file, a lock, a wrong query), infinite dates and times (InputError with row and column), TypeErrors for neither or both of `table` and `query`.
 */
export function fromDuckdb(options: FromDuckdbOptions): Observable<RecordBatch> {
  requireOptions('fromDuckdb()', options, { ...TABLE_QUERY_OPTIONS, path: true, readOnly: 'boolean' });
  const { readOnly = true } = options;
  const path = options.path === undefined ? undefined : duckdbPath(options.path);
  const { source, from, batchRows, flow } = tableQuery(options);

  async function* read(signal: AbortSignal): AsyncGenerator<RecordBatch, void, void> {
    const duckdb = await loadDuckdb();
    let instance: DuckDBInstance | undefined;
    let connection: DuckDBConnection | undefined;
    let result: DuckDBResult | undefined;
    const stop = () => connection?.interrupt();
    signal.addEventListener('abort', stop, { once: true });
    try {
      instance = await openDuckdb(duckdb, path, readOnly);
      connection = await instance.connect();
      signal.throwIfAborted();
      const described = await connection.run(`SELECT * FROM ${from} LIMIT 0`);
      const columns = described.columnNames().map((name, i) => columnOf(name, described.columnType(i)));
      const schema = new Schema(columns.map(({ field }) => field));
      const expressions = columns.map(({ expression }) => expression).join(', ');
      const query = `SELECT ${expressions} FROM ${from}`;
      // A query that fails when some of its rows were fetched ends as one that is done: what has come to its end says so in a row of its own.
      const end = `SELECT ${columns.map(() => 'NULL').join(', ')}, true`;
      result = await connection.stream(`SELECT *, false FROM (${query}) AS "all" UNION ALL ${end}`);
      let rows = 0;
      let ended = false;
      for (
        let chunk = await result.fetchChunk();
        chunk !== null && chunk.rowCount > 0;
        chunk = await result.fetchChunk()
      ) {
        ended = chunk.getColumnValues(columns.length).at(-1) === true;
        const rowCount = chunk.rowCount - (ended ? 1 : 0);
        const children = columns.map(({ field, physical }, i) => {
          const values = chunk?.getColumnValues(i).slice(0, rowCount) ?? [];
          const stored = (value: DuckDBValue, r: number) => {
            if (value === null || physical === undefined) return value;
            if (!isInfinite(value)) return physical(value);
            const position = { source, row: rows + r + 1, column: field.name };
            throw new InputError(`Expected a finite \`${typeName(field.type)}\`, got an infinite one`, position);
          };
          return physicalData(field.type, physical === undefined ? values : values.map(stored));
        });
        rows += rowCount;
        if (rowCount > 0) yield batchOf(schema, rowCount, children);
        signal.throwIfAborted();
      }
      if (!ended) throw await reasonOf(connection, query, rows);
      if (rows === 0)
        yield batchOf(
          schema,
          0,
          columns.map(({ field }) => physicalData(field.type, [])),
        );
    } catch (cause) {
      if (signal.aborted) throw signal.reason;
      const place = path === undefined ? '' : ` of \`${path}\``;
      throw cause instanceof InputError ? cause : databaseFailure(`Expected the rows of ${source}${place}`, cause);
    } finally {
      signal.removeEventListener('abort', stop);
      stop();
      await readOut(result);
      connection?.closeSync();
      instance?.closeSync();
    }
  }
  return fromAsync((signal) => rebatch(read(signal), batchRows), flow);
}

interface Column {
  readonly field: Field;
  readonly expression: string;
  /** What lies in Arrow's buffer for a value; default the value. */
  readonly physical?: (value: DuckDBValue) => unknown;
}

type Physical = Column['physical'];
const micros: Physical = (value) => (value as { micros: bigint }).micros;

/** Why a query failed after some rows: it is asked again for all values of all rows, and nothing of them. */
async function reasonOf(connection: DuckDBConnection, query: string, rows: number): Promise<unknown> {
  const again = connection.run(`SELECT bit_xor(hash("all")) FROM (${query}) AS "all"`);
  return again.then(
    () => new Error(`a failure after ${rows} rows`),
    (reason) => reason,
  );
}

/** Takes what an interrupted result still gives. One that is not at its end keeps its database open, until it is collected as garbage. */
async function readOut(result: DuckDBResult | undefined): Promise<void> {
  const rest = () => result?.fetchChunk().catch(() => null);
  for (let chunk = await rest(); chunk != null && chunk.rowCount > 0; ) chunk = await rest();
}

/** By type name: the Arrow type, a cast that comes before, and what is stored. */
const TYPES: Readonly<
  Record<string, readonly [arrow: () => DataType, cast?: string | undefined, physical?: Physical]>
> = {
  BOOLEAN: [() => new Bool()],
  TINYINT: [() => new Int8()],
  SMALLINT: [() => new Int16()],
  INTEGER: [() => new Int32()],
  BIGINT: [() => new Int64()],
  UTINYINT: [() => new Uint8()],
  USMALLINT: [() => new Uint16()],
  UINTEGER: [() => new Uint32()],
  UBIGINT: [() => new Uint64()],
  HUGEINT: [() => new Float64(), 'DOUBLE'],
  UHUGEINT: [() => new Float64(), 'DOUBLE'],
  FLOAT: [() => new Float32()],
  DOUBLE: [() => new Float64()],
  DATE: [() => new DateDay(), undefined, (value) => (value as { days: number }).days],
  TIME: [() => new TimeMicrosecond(), undefined, micros],
  TIMESTAMP: [() => new TimestampMicrosecond(), undefined, micros],
  TIMESTAMP_S: [() => new TimestampMicrosecond(), 'TIMESTAMP', micros],
  TIMESTAMP_MS: [() => new TimestampMicrosecond(), 'TIMESTAMP', micros],
  TIMESTAMP_NS: [() => new TimestampNanosecond(), undefined, (value) => (value as { nanos: bigint }).nanos],
  'TIMESTAMP WITH TIME ZONE': [() => new TimestampMicrosecond('UTC'), undefined, micros],
  BLOB: [() => new Binary(), undefined, (value) => (value as { bytes: Uint8Array }).bytes],
};
const TEXT = [() => new Utf8(), 'VARCHAR', (value: DuckDBValue) => Buffer.from(String(value))] as const;

function columnOf(name: string, type: DuckDBType): Column {
  const [, scale] = /^DECIMAL\(\d+, *(\d+)\)$/.exec(String(type)) ?? [];
  const decimal = [() => new Float64(), 'DOUBLE'] as const;
  const [arrow, cast, physical]: (typeof TYPES)[string] = scale === undefined ? (TYPES[String(type)] ?? TEXT) : decimal;
  return {
    field: new Field(name, arrow(), true, scale === undefined ? undefined : decimalsMetadata(Number(scale))),
    expression: cast === undefined ? quoted(name) : `CAST(${quoted(name)} AS ${cast}) AS ${quoted(name)}`,
    ...(physical && { physical }),
  };
}

/** Whether a date or a timestamp is one of the two that are on no calendar. */
function isInfinite(value: DuckDBValue): boolean {
  return typeof value === 'object' && value !== null && 'isFinite' in value && !value.isFinite;
}
