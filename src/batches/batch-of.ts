import { type Data, makeData, RecordBatch, type Schema, Struct } from 'apache-arrow';

/** A batch made of one piece of data per field of the schema, each of `length` rows. */
export function batchOf(schema: Schema, length: number, columns: readonly Data[]): RecordBatch {
  const type = new Struct(schema.fields);
  return new RecordBatch(schema, makeData({ type, length, nullCount: 0, children: [...columns] }));
}
