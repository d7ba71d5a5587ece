import type { RecordBatch, Schema } from 'apache-arrow';
import { sameSchema } from '../batches/same-schema.js';
import { SchemaMismatchError } from '../errors.js';

/** Throws SchemaMismatchError where a batch is not of the schema that columns are fitted on. */
export function requireSchema(expected: Schema, batch: RecordBatch): void {
  if (batch.schema === expected) return;
  const difference = sameSchema(expected, batch.schema);
  if (difference !== undefined)
    throw new SchemaMismatchError(`Expected the schema the columns were fitted on, but ${difference}`);
}
