import {
  type DataType,
  Field,
  Float64,
  Int32,
  makeData,
  type RecordBatch,
  Schema,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import { batchOf } from '../../src/batches/batch-of.js';
import { fillUniforms, randomKey } from '../../src/random.js';

/** A small table with relations to learn: a group, a number that depends on it, another that depends on both, and a name. */
export function smallTable(rows: number, seed = 1): RecordBatch {
  const draws = new Float32Array(rows * 3);
  fillUniforms(
    randomKey(seed),
    Array.from({ length: rows }, (_, row) => row),
    3,
    draws,
  );
  const draw = (row: number, column: number) => draws[row * 3 + column] as number;
  const group = Array.from({ length: rows }, (_, row) => (draw(row, 0) < 0.2 ? 'a' : draw(row, 0) < 0.5 ? 'b' : 'c'));
  const count = Int32Array.from(
    { length: rows },
    (_, row) => 'abc'.indexOf(group[row] ?? 'a') * 10 + Math.floor(draw(row, 1) * 10),
  );
  const size = Float64Array.from(
    { length: rows },
    (_, row) => Math.round((count[row] as number) * 5 + draw(row, 2) * 20) / 10,
  );
  const names = Array.from({ length: rows }, (_, row) => `name ${row}`);
  const fields: [string, DataType, ReturnType<typeof vectorFromArray>['data'][0]][] = [
    ['group', new Utf8(), vectorFromArray(group, new Utf8()).data[0] as never],
    ['count', new Int32(), makeData({ type: new Int32(), data: count })],
    ['size', new Float64(), makeData({ type: new Float64(), data: size })],
    ['name', new Utf8(), vectorFromArray(names, new Utf8()).data[0] as never],
  ];
  const schema = new Schema(fields.map(([name, type]) => new Field(name, type, true)));
  return batchOf(
    schema,
    rows,
    fields.map(([, , data]) => data as never),
  );
}
