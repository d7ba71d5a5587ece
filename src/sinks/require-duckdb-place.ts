import { accessSync, constants, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { requireOptions } from '../require-options.js';
import { duckdbFailure } from './duckdb-failure.js';
import { duckdbPath } from './duckdb-path.js';
import { loadDuckdb, openDuckdb } from './open-duckdb.js';
import { TABLE_SINK_OPTIONS, tablePlace } from './table-place.js';
import type { ToDuckdbOptions } from './to-duckdb.js';

/**
 * Rejects where `toDuckdb` would fail at its first batch: a table that is there already (or, with `append`, is not), a file
 * that is locked or none of DuckDB's, a folder that cannot be written. Changes nothing. For work that is too long to be lost at its end.
 */
export async function requireDuckdbPlace(options: ToDuckdbOptions): Promise<void> {
  requireOptions('requireDuckdbPlace()', options, { ...TABLE_SINK_OPTIONS, path: true });
  const path = duckdbPath(options.path);
  const { table, rehearsal } = tablePlace(options);
  const duckdb = await loadDuckdb();
  try {
    if (!existsSync(path)) return accessSync(`${dirname(path)}/`, constants.W_OK);
    const instance = await openDuckdb(duckdb, path, false);
    let connection: DuckDBConnection | undefined;
    try {
      connection = await instance.connect();
      for (const statement of rehearsal) await connection.run(statement);
    } finally {
      connection?.closeSync();
      instance.closeSync();
    }
  } catch (cause) {
    throw duckdbFailure(table, path, cause);
  }
}
