import { Decimal, Field, Int32, makeData, Schema } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { batchOf } from '../../src/batches/batch-of.js';
import { createCodecFitter } from '../../src/columns/codec-fitter.js';
import { decimalStorage } from '../../src/columns/decimal-storage.js';
import { allowedBy } from '../../src/operators/where.js';

describe('allowedBy', () => {
  it('takes decimals for the numbers they are', () => {
    const type = new Decimal(2, 9);
    const schema = new Schema([new Field('price', type, true), new Field('other', new Int32(), true)]);
    const prices = Float64Array.from({ length: 300 }, (_, i) => (i % 3) * 1.25);
    const batch = batchOf(schema, 300, [
      makeData({ type, length: 300, data: decimalStorage(type).write(prices) as Uint32Array }),
      makeData({ type: new Int32(), length: 300, data: Int32Array.from(prices, (_, i) => i % 2) }),
    ]);
    const fitter = createCodecFitter(schema, {});
    fitter.add(batch);
    const codec = fitter.finish();
    expect([...allowedBy(codec, { price: [1, 2] }).codes.subarray(0, 3)]).toEqual([0, 1, 0]);
    expect([...allowedBy(codec, { price: 2.5 }).codes.subarray(0, 3)]).toEqual([0, 0, 1]);
    expect(() => allowedBy(codec, { price: 125 })).toThrow(RangeError);
    expect([...allowedBy(codec, { price: [1, Number.POSITIVE_INFINITY] }).codes.subarray(0, 3)]).toEqual([0, 1, 1]);
    expect(() => allowedBy(codec, { price: [125, Number.POSITIVE_INFINITY] })).toThrow(/got \[125,"Infinity"\]$/);
  });
});
