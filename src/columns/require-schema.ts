import type { RecordBatch, Schema } from 'apache-arrow';
import { requireBatch } from '../batches/require-batch.js';
import { requireSameSchema } from '../batches/require-same-schema.js';

/** Throws SchemaMismatchError where a batch is not of the schema that columns are fitted on, TypeError for what is no batch. */
export function requireSchema(expected: Schema, batch: RecordBatch): void {
  requireBatch(batch);
  requireSameSchema(expected, batch.schema, 'Expected the schema the columns were fitted on');
}
