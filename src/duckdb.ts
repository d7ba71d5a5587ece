export { type ToDuckdbOptions, toDuckdb } from './sinks/to-duckdb.js';
export { type FromDuckdbOptions, fromDuckdb } from './sources/from-duckdb.js';
