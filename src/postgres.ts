export { type ToPostgresOptions, toPostgres } from './sinks/to-postgres.js';
export { type FromPostgresOptions, fromPostgres } from './sources/from-postgres.js';
