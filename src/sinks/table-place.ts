import type { Schema } from 'apache-arrow';
import type { OptionNames } from '../require-options.js';
import { quotedTable } from '../sql-names.js';
import type { SinkOptions } from './write-to.js';

/** Options of every sink that writes into a table of a database. */
export interface TableSinkOptions extends Omit<SinkOptions, 'end'> {
  /** The table's name, without quotes. */
  readonly table: string;
  /** The schema of the database that the table is in; by default the one the database takes. */
  readonly databaseSchema?: string;
  /** A new table (an error where it exists; default), an existing one, or a new one in place of an existing one. */
  readonly mode?: 'create' | 'append' | 'replace';
}

/** The names of the options of every sink that writes into a table. */
export const TABLE_SINK_OPTIONS: OptionNames<TableSinkOptions> = {
  signal: 'signal',
  schema: true,
  table: 'string',
  databaseSchema: 'string',
  mode: true,
};

/** A table to write into. */
export interface TablePlace {
  readonly table: string;
  readonly databaseSchema: string | undefined;
  /** The table as SQL names it. */
  readonly place: string;
  /** What opens the transaction, the table being there at its end; `columns` are their definitions. */
  opening(columns: readonly string[]): readonly string[];
  /** What fails where writing would fail before the first row, and changes nothing. */
  readonly rehearsal: readonly string[];
}

/** The table that options name. RangeError for an unknown mode and for empty names, TypeError for none. */
export function tablePlace({ table, databaseSchema, mode = 'create' }: TableSinkOptions): TablePlace {
  if (!['create', 'append', 'replace'].includes(mode))
    throw new RangeError(`Expected \`mode\` to be create, append or replace, got ${JSON.stringify(mode)}`);
  if (table === undefined) throw new TypeError('Expected the option `table`, the name of a table, got undefined');
  const place = quotedTable(table, databaseSchema);
  const opening = (columns: readonly string[]) => [
    'BEGIN',
    ...(mode === 'replace' ? [`DROP TABLE IF EXISTS ${place}`] : []),
    ...(mode === 'append' ? [] : [`CREATE TABLE ${place} (${columns.join(', ')})`]),
  ];
  const inserting = mode === 'append' ? [`EXPLAIN INSERT INTO ${place} DEFAULT VALUES`] : [];
  return { table, databaseSchema, place, opening, rehearsal: [...opening(['n INTEGER']), ...inserting, 'ROLLBACK'] };
}

/** The schema; a TypeError where there is none. */
export function requireColumns(schema: Schema | undefined): Schema {
  if (schema !== undefined) return schema;
  throw new TypeError('Expected at least one batch or the option `schema`: tables have columns, got none');
}
