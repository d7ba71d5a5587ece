import { type DataType, Field, Int32, type RecordBatch, Schema, Utf8, vectorFromArray } from 'apache-arrow';
import { batchOf } from '../../src/batches/batch-of.js';
import { fillUniforms, randomKey } from '../../src/random.js';

/** What shops have: 90 of them, in 12 towns of 3 regions, each with a ZIP code of its own. */
export const shops = Array.from({ length: 90 }, (_, shop) => {
  const town = (shop * 7) % 12;
  return {
    shop: 1000 + 11 * shop,
    zip: 90_000 - 37 * ((shop * 31) % 90),
    town: `town ${town}`,
    region: 'NSW'[town % 3]!,
  };
});

/** Sales of shops, some shops with many more than others; the columns `changed` says are changed. */
export function shopTable(
  rows: number,
  changed: (row: number) => Partial<Record<string, unknown>> = () => ({}),
): RecordBatch {
  const draws = new Float32Array(rows * 2);
  const ids = Array.from({ length: rows }, (_, row) => row);
  fillUniforms(randomKey(5), ids, 2, draws);
  const records = ids.map((row) => ({
    ...shops[Math.floor(90 * (draws[2 * row] as number) ** 1.3)],
    pieces: 1 + Math.floor(6 * (draws[2 * row + 1] as number) ** 2),
    ...changed(row),
  }));
  const types: Record<string, DataType> = {
    shop: new Int32(),
    zip: new Int32(),
    town: new Utf8(),
    region: new Utf8(),
    pieces: new Int32(),
  };
  const schema = new Schema(Object.entries(types).map(([name, type]) => new Field(name, type, true)));
  return batchOf(
    schema,
    rows,
    schema.fields.map(({ name, type }) => {
      const values = records.map((record) => (record as Record<string, unknown>)[name]);
      return vectorFromArray(values, type).data[0] as never;
    }),
  );
}
