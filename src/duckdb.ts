export { requireDuckdbPlace } from './sinks/require-duckdb-place.js';
export type { TableSinkOptions } from './sinks/table-place.js';
export { type ToDuckdbOptions, toDuckdb } from './sinks/to-duckdb.js';
export type { SinkOptions, Written } from './sinks/write-to.js';
export { type FromDuckdbOptions, fromDuckdb } from './sources/from-duckdb.js';
export type { TableQueryOptions } from './sources/table-query.js';
