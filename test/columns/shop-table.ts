import { type DataType, DateDay, Field, Float64, Int32, type RecordBatch, Schema, Utf8 } from 'apache-arrow';
import { fillUniforms, randomKey } from '../../src/random.js';
import { tableFromJSON } from '../operators/rows.js';

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

/** Sales of shops, some shops with many more than others; `changed` has what is different in a row. */
export function shopTable(
  rows: number,
  changed: (row: number) => Partial<Record<string, unknown>> = () => ({}),
): RecordBatch {
  const draws = new Float32Array(rows * 3);
  const ids = Array.from({ length: rows }, (_, row) => row);
  fillUniforms(randomKey(5), ids, 3, draws);
  const records = ids.map((row) => {
    const [shop, pieces, price] = draws.subarray(3 * row, 3 * row + 3) as unknown as [number, number, number];
    const sale = { pieces: 1 + Math.floor(6 * pieces ** 2), price: Math.round(100 + 4900 * price) / 100 };
    const total = Math.round(100 * sale.pieces * sale.price) / 100;
    const ordered = 19_000 + ((row * 37) % 701);
    const dates = { ordered: new Date(864e5 * ordered), shipped: new Date(864e5 * (ordered + 1 + (row % 6))) };
    return { ...shops[Math.floor(90 * shop ** 1.3)], ...sale, total, ...dates, ...changed(row) };
  });
  const types: Record<string, DataType> = {
    shop: new Int32(),
    zip: new Int32(),
    town: new Utf8(),
    region: new Utf8(),
    pieces: new Int32(),
    price: new Float64(),
    total: new Float64(),
    ordered: new DateDay(),
    shipped: new DateDay(),
  };
  const schema = new Schema(Object.entries(types).map(([name, type]) => new Field(name, type, true)));
  return tableFromJSON(records, schema);
}
