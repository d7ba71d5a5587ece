import type { RecordBatch } from 'apache-arrow';
import type { OperatorFunction } from 'rxjs';
import type { Written } from '../index.js';
import type { DatabasePlace } from './database-place.js';
import { defined } from './defined.js';
import { UsageError } from './usage-error.js';

/** What becomes of a table that is there already. */
export type IfExists = keyof typeof MODES;

/** The same in the words of the sinks. */
const MODES = { fail: 'create', append: 'append', replace: 'replace' } as const;

/** The sink into a table, once the database has said that it would take it. A UsageError where no table is named. */
export async function writeDatabase(
  place: DatabasePlace,
  ifExists: IfExists,
  signal: AbortSignal,
): Promise<OperatorFunction<RecordBatch, Written>> {
  const { table, databaseSchema, name } = place;
  if (table === undefined) throw new UsageError(`Expected a table to write, as ${name}#new_table, got none`);
  const target = { table, mode: MODES[ifExists], ...defined({ databaseSchema }) };
  switch (place.kind) {
    case 'postgres': {
      const { requirePostgresPlace, toPostgres } = await import('../postgres.js');
      const options = { connection: place.connection, ...target };
      await requirePostgresPlace({ ...options, signal }).catch(withHint);
      return toPostgres(options);
    }
    case 'duckdb': {
      const { path } = place;
      if (path === undefined) throw new UsageError(`Expected a file to write, as duckdb:shop.db#${table}, got none`);
      const { requireDuckdbPlace, toDuckdb } = await import('../duckdb.js');
      await requireDuckdbPlace({ path, ...target }).catch(withHint);
      return toDuckdb({ path, ...target });
    }
    default:
      return place satisfies never;
  }
}

/** Tells of the flag whoever meets a table that is there. */
function withHint(error: Error): never {
  if (!/already exists!?$/.test(error.message)) throw error;
  throw new Error(`${error.message} (--if-exists append or replace)`, { cause: error });
}
