import type { RecordBatch } from 'apache-arrow';
import type { Observable } from 'rxjs';
import { type DatabasePlace, databasePlace } from './database-place.js';
import { defined } from './defined.js';
import { isSameFile } from './is-same-file.js';
import { UsageError } from './usage-error.js';

/** What is asked of a database besides its table. */
export interface QueryFlags {
  /** A SELECT, in place of a table. */
  readonly query?: string;
  readonly batchRows?: number;
  /** Where the rows of the command go: perhaps into the file that they come from. */
  readonly output?: string;
}

/** The rows of a table or of a query. A UsageError for neither and for both. */
export async function readDatabase(
  place: DatabasePlace,
  { query, batchRows, output = '-' }: QueryFlags,
): Promise<Observable<RecordBatch>> {
  const { table, databaseSchema, name } = place;
  if ((table === undefined) === (query === undefined)) {
    const expected = 'Expected a table, as shop.duckdb#customers, or else --query SQL';
    throw new UsageError(`${expected}, got ${table === undefined ? 'neither' : 'both'} (${name})`);
  }
  const asked = defined({ table, databaseSchema, query, batchRows });
  switch (place.kind) {
    case 'postgres': {
      const { fromPostgres } = await import('../postgres.js');
      return fromPostgres({ connection: place.connection, ...asked });
    }
    case 'duckdb': {
      const { fromDuckdb } = await import('../duckdb.js');
      if (place.path === undefined) return fromDuckdb(asked);
      const target = databasePlace(output);
      const readOnly = !(target?.kind === 'duckdb' && isSameFile(place.path, target.path ?? ''));
      return fromDuckdb({ path: place.path, readOnly, ...asked });
    }
    default:
      return place satisfies never;
  }
}
