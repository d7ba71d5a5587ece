import { Decimal, Field, Int32, type RecordBatch, Schema, vectorFromArray } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { batchOf } from '../../src/batches/batch-of.js';
import { buildData } from '../../src/batches/build-data.js';
import { cellsOf } from '../../src/columns/cells-of.js';
import { decimalStorage } from '../../src/columns/decimal-storage.js';
import { columnValues } from '../../src/report/column-values.js';

/** Prices with two decimals, the third of them null. */
function prices(): RecordBatch {
  const type = new Decimal(2, 10, 128);
  const values = decimalStorage(type).write(Float64Array.of(2.5, -0.01, 0, 1234.56));
  const price = buildData(type, { length: 4, nulls: 1, values, bitmap: Uint8Array.of(0b1011, 0, 0, 0, 0, 0, 0, 0) });
  const [count] = vectorFromArray([1, null, 3, 4], new Int32()).data;
  const schema = new Schema([new Field('price', type, true), new Field('count', new Int32(), true)]);
  return batchOf(schema, 4, [price, count!]);
}

describe('cellsOf', () => {
  it('gives decimals as the numbers they are, of slices too, and other values as Arrow does', () => {
    expect([...cellsOf(prices().getChild('price'))]).toEqual([2.5, -0.01, null, 1234.56]);
    expect([...cellsOf(prices().slice(1, 4).getChild('price'))]).toEqual([-0.01, null, 1234.56]);
    expect([...cellsOf(prices().getChild('count'))]).toEqual([1, null, 3, 4]);
    expect([...cellsOf(prices().getChild('none'))]).toEqual([]);
  });

  it('is what columns are compared by', () => {
    expect([...columnValues([prices()], 'price').numbers]).toEqual([2.5, -0.01, Number.NaN, 1234.56]);
  });
});
