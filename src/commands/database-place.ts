import { UsageError } from './usage-error.js';

/** A database, and the table in it, as the command line names them. */
export type DatabasePlace = {
  /** What messages call it: as it was written, without a password. */
  readonly name: string;
  readonly table?: string;
  readonly databaseSchema?: string;
} & (
  | { readonly kind: 'postgres'; readonly connection: string }
  /** Without a path, a database in memory. */
  | { readonly kind: 'duckdb'; readonly path?: string }
);

/**
 * The database that an argument names, undefined where it names a file or a stream: `postgres://...`, `postgresql://...`, a
 * path that ends in .duckdb or .ddb, or any path behind `duckdb:`; then `#table` or `#schema.table`, encoded as in URLs where
 * need be. A UsageError for what cannot be the name of a table.
 */
export function databasePlace(text: string): DatabasePlace | undefined {
  const [, connection, table] = POSTGRES.exec(text) ?? [];
  if (connection !== undefined) {
    const shown = connection.replace(/^(\w+:\/\/[^:@/]*)(:.*)?@/s, '$1@').replace(/\?.*$/s, '');
    const name = table === undefined ? shown : `${shown}#${table}`;
    return { kind: 'postgres', connection, ...tableOf(table), name };
  }
  const [, path, within] = DUCKDB_FILE.exec(text) ?? DUCKDB.exec(text) ?? [];
  if (path === undefined) return undefined;
  return { kind: 'duckdb', ...(path !== '' && { path }), ...tableOf(within), name: text };
}

const POSTGRES = /^(postgres(?:ql)?:\/\/[^#]*)(?:#(.*))?$/is;
const DUCKDB_FILE = /^(?:duckdb:(?:\/\/)?)?(.*?\.(?:duckdb|ddb))(?:#(.*))?$/is;
const DUCKDB = /^duckdb:(?:\/\/)?([^#]*)(?:#(.*))?$/is;

/** The table that stands behind `#`. What is none is not repeated: it may be part of a password. */
function tableOf(fragment: string | undefined): Pick<DatabasePlace, 'table' | 'databaseSchema'> {
  if (fragment === undefined) return {};
  const parts = fragment.split('.').map(decoded);
  const [table, databaseSchema] = parts.reverse();
  const isName = parts.length <= 2 && parts.every((part) => part !== '') && !/[#@/]/.test(fragment);
  if (!isName || table === undefined)
    throw new UsageError(
      'Expected #table or #schema.table behind the database, got something else: ' +
        'in names and passwords write # as %23, @ as %40, / as %2F, . as %2E and % as %25',
    );
  return { table, ...(databaseSchema !== undefined && { databaseSchema }) };
}

/** Empty where it is encoded wrongly. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
