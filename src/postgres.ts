export { requirePostgresPlace } from './sinks/require-postgres-place.js';
export type { TableSinkOptions } from './sinks/table-place.js';
export { type ToPostgresOptions, toPostgres } from './sinks/to-postgres.js';
export type { SinkOptions, Written } from './sinks/write-to.js';
export { type FromPostgresOptions, fromPostgres } from './sources/from-postgres.js';
export type { TableQueryOptions } from './sources/table-query.js';
