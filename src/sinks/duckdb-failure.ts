import { databaseFailure } from '../database-failure.js';

/** Why a DuckDB file does not take rows for a table, in one line. */
export function duckdbFailure(table: string, path: string, cause: unknown): Error {
  const isBeingRead = cause instanceof Error && cause.message.includes('with a different configuration');
  const found = isBeingRead
    ? new Error('a file that this process reads: `readOnly: false` lets both', { cause })
    : cause;
  return databaseFailure(`Expected table \`${table}\` of \`${path}\` to take the rows`, found);
}
