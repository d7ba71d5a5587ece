import type { FromAsyncOptions } from '../operators/flow.js';
import type { OptionNames } from '../require-options.js';
import { quotedTable } from '../sql-names.js';
import { READING_OPTIONS } from './reading-options.js';

/** Options of every source that asks a database. */
export interface TableQueryOptions {
  /** The table to read whole, or else a `query`. */
  readonly table?: string;
  /** The schema of the database that the table is in; by default the one the database takes. */
  readonly databaseSchema?: string;
  /** A SELECT without parameters, its last semicolon left out or not. */
  readonly query?: string;
  /** Ends the stream with an error, the signal's reason. */
  readonly signal?: AbortSignal;
  /** Number of batches kept downstream at which reading pauses, 1 or more; default 4. */
  readonly limit?: number;
  /** Rows in a batch, 1 or more; default 4096. */
  readonly batchRows?: number;
}

/** The names of the options of every source that asks a database. */
export const TABLE_QUERY_OPTIONS: OptionNames<TableQueryOptions> = {
  table: 'string',
  databaseSchema: 'string',
  query: 'string',
  ...READING_OPTIONS,
};

/** What is to be read. */
export interface TableQuery {
  /** What messages call it. */
  readonly source: string;
  /** What follows FROM. */
  readonly from: string;
  readonly batchRows: number;
  readonly flow: FromAsyncOptions;
}

/** What options ask for. TypeError for neither or both of `table` and `query`; RangeError for empty names and sizes out of range. */
export function tableQuery(options: TableQueryOptions): TableQuery {
  const { table, databaseSchema, query, signal, limit, batchRows = 4096 } = options;
  if ((table === undefined) === (query === undefined))
    throw new TypeError(`Expected one of \`table\` and \`query\`, got ${table === undefined ? 'neither' : 'both'}`);
  if (!Number.isSafeInteger(batchRows) || batchRows < 1)
    throw new RangeError(`Expected \`batchRows\` to be 1 or more, got ${batchRows}`);
  return {
    source: table === undefined ? 'the query' : `table \`${table}\``,
    from: table === undefined ? `(${query?.replace(/[\s;]+$/, '')}\n) AS "rows"` : quotedTable(table, databaseSchema),
    batchRows,
    flow: { ...(limit !== undefined && { limit }), ...(signal && { signal }) },
  };
}
