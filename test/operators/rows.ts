import { type RecordBatch, type Schema, vectorFromArray } from 'apache-arrow';
import { batchOf } from '../../src/batches/batch-of.js';

/** A batch of a schema from rows as objects. */
export function tableFromJSON(rows: readonly Record<string, unknown>[], schema: Schema): RecordBatch {
  const columns = schema.fields.map(
    ({ name, type }) =>
      vectorFromArray(
        rows.map((row) => row[name]),
        type,
      ).data[0],
  );
  return batchOf(schema, rows.length, columns as never);
}
