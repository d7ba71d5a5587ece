import { realpathSync } from 'node:fs';
import type * as DuckDB from '@duckdb/node-api';
import { loadPeer } from '../peer.js';

/** The package that opens DuckDB files. Rejects where it is not installed, saying how to. */
export function loadDuckdb(): Promise<typeof DuckDB> {
  return loadPeer(() => import('@duckdb/node-api'), 'npm install @duckdb/node-api');
}

/**
 * Opens a DuckDB file; without a path, a database in memory. A file that is open twice in a process is open once to DuckDB,
 * whose locks hold between processes only: two databases of their own would write over one another.
 * Rejects with what DuckDB says; a file that this process has open for reading cannot be opened for writing.
 */
export function openDuckdb(
  { DuckDBInstance }: typeof DuckDB,
  path: string | undefined,
  readOnly: boolean,
): Promise<DuckDB.DuckDBInstance> {
  if (path === undefined) return DuckDBInstance.create();
  return DuckDBInstance.fromCache(realPathOf(path), readOnly ? { access_mode: 'READ_ONLY' } : {});
}

/** The one name of a file that has many; of one that is not there, the name it is called by. */
function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
