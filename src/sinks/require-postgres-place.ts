import { databaseFailure } from '../database-failure.js';
import { requireOptions } from '../require-options.js';
import { loadPostgres } from './load-postgres.js';
import { requireConnection } from './require-connection.js';
import { TABLE_SINK_OPTIONS, tablePlace } from './table-place.js';
import type { ToPostgresOptions } from './to-postgres.js';

/**
 * Rejects where `toPostgres` would fail at its first batch: a server that cannot be reached or refuses the user, a table that is
 * there already (or, with `append`, is not), a right that is missing. Changes nothing, and does not wait for tables that
 * are in use. For work that is too long to be lost at its end.
 */
export async function requirePostgresPlace(options: ToPostgresOptions): Promise<void> {
  requireOptions('requirePostgresPlace()', options, { ...TABLE_SINK_OPTIONS, connection: true });
  const { connection, signal } = options;
  requireConnection(connection);
  const { table, rehearsal } = tablePlace(options);
  const { clientOf, hangUp } = await loadPostgres();
  signal?.throwIfAborted();
  try {
    const client = clientOf(connection);
    const stop = () => hangUp(client);
    signal?.addEventListener('abort', stop, { once: true });
    client.on('error', () => {}); // The query that runs hears of it too.
    try {
      await client.connect();
      await client.query("SET lock_timeout = '1s'");
      for (const statement of rehearsal) await client.query(statement);
      await client.end();
    } finally {
      signal?.removeEventListener('abort', stop);
      stop();
    }
  } catch (cause) {
    signal?.throwIfAborted();
    if ((cause as { code?: unknown }).code !== LOCKED)
      throw databaseFailure(`Expected the database to take the rows for table \`${table}\``, cause);
  }
}

/** SQLSTATE of a lock that was not to be had in time. */
const LOCKED = '55P03';
