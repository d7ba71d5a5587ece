import {
  Binary,
  Bool,
  type DataType,
  DenseUnion,
  Dictionary,
  Field,
  FixedSizeBinary,
  FixedSizeList,
  Float64,
  Int8,
  Int32,
  Int64,
  LargeUtf8,
  List,
  makeData,
  Null,
  type RecordBatch,
  Schema,
  SparseUnion,
  Struct,
  TimestampMillisecond,
  Utf8,
  Utf8View,
  vectorFromArray,
} from 'apache-arrow';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchOf } from '../../src/batches/batch-of.js';
import { buildData } from '../../src/batches/build-data.js';
import { compact } from '../../src/batches/compact.js';
import { concat } from '../../src/batches/concat.js';
import { rebatch } from '../../src/batches/rebatch.js';

const text = fc.string({ unit: 'grapheme', maxLength: 5 });
const whole = fc.integer({ min: -1000, max: 1000 });
const kinds: [string, DataType, fc.Arbitrary<unknown>][] = [
  ['int32', new Int32(), whole],
  ['int64', new Int64(), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })],
  ['float64', new Float64(), fc.double({ noNaN: true })],
  ['bool', new Bool(), fc.boolean()],
  ['utf8', new Utf8(), text],
  ['large utf8', new LargeUtf8(), text],
  ['utf8 view', new Utf8View(), text],
  ['binary', new Binary(), fc.uint8Array({ maxLength: 4 })],
  ['fixed-size binary', new FixedSizeBinary(3), fc.uint8Array({ minLength: 3, maxLength: 3 })],
  ['timestamp', new TimestampMillisecond(), whole],
  ['null', new Null(), fc.constant(null)],
  ['dictionary', new Dictionary(new Utf8(), new Int32()), text],
  ['list', new List(new Field('item', new Int32(), true)), fc.array(fc.option(whole), { maxLength: 3 })],
  ['fixed-size list', new FixedSizeList(2, new Field('item', new Int32(), true)), fc.tuple(fc.option(whole), whole)],
  [
    'struct',
    new Struct([new Field('a', new Utf8(), true), new Field('b', new Bool(), true)]),
    fc.record({ a: fc.option(text), b: fc.boolean() }),
  ],
];

const json = (values: Iterable<unknown>) =>
  JSON.stringify([...values], (_, value: unknown) =>
    typeof value === 'bigint' ? `${value}n` : ArrayBuffer.isView(value) ? [...(value as Uint8Array)] : value,
  );
const column = (batch: RecordBatch) => json(batch.getChildAt(0) ?? []);

describe('concat', () => {
  it.each(kinds)('joins slices of %s columns', (_, type, value) => {
    const schema = new Schema([new Field('c', type, true)]);
    const part = fc.record({
      values: fc.array(fc.option(value), { minLength: 1, maxLength: 40 }),
      from: fc.nat(20),
      to: fc.nat(40),
    });
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), (parts) => {
        const slices = parts.map(({ values, from, to }) => {
          const { data } = vectorFromArray(values, type);
          return batchOf(schema, values.length, [data[0]!]).slice(from, Math.max(from, to));
        });
        const joined = concat(slices);
        expect(joined.numRows).toBe(slices.reduce((rows, { numRows }) => rows + numRows, 0));
        expect(column(joined)).toBe(json(slices.flatMap((slice) => [...slice.getChildAt(0)!])));
        expect(joined.data.children[0]!.nullCount).toBe(
          type instanceof Null ? joined.numRows : [...joined.getChildAt(0)!].filter((v) => v === null).length,
        );
      }),
      { numRuns: 60 },
    );
  });

  it('refuses dictionaries that outgrow their indices', () => {
    const type = new Dictionary(new Int32(), new Int8());
    const schema = new Schema([new Field('c', type, true)]);
    const part = (from: number) => {
      const values = Array.from({ length: 100 }, (_, i) => from + i);
      return batchOf(schema, 100, [vectorFromArray(values, type).data[0]!]);
    };
    expect(concat([part(0), part(20)]).numRows).toBe(200);
    expect(() => concat([part(0), part(100)])).toThrow(RangeError);
  });

  it('keeps the words of dictionaries that differ, in their order', () => {
    const type = new Dictionary(new Utf8(), new Int8());
    const part = (words: string[], code: number) => {
      const dictionary = vectorFromArray(words, new Utf8());
      const data = makeData({ type, length: 1, nullCount: 0, data: Int8Array.of(code), dictionary });
      return batchOf(new Schema([new Field('c', type, true)]), 1, [data]);
    };
    const joined = concat([part(['low', 'middle', 'high'], 2), part(['low', 'highest'], 1)]).getChildAt(0)!;
    expect([...joined]).toEqual(['high', 'highest']);
    expect([...joined.data[0]!.dictionary!]).toEqual(['low', 'middle', 'high', 'highest']);
    const many = (from: number) =>
      part(
        Array.from({ length: 100 }, (_, i) => `${from + i}`),
        99,
      );
    const few = concat([many(0), many(100)]).getChildAt(0)!;
    expect([...few.data[0]!.dictionary!]).toEqual(['99', '199']);
  });

  it.each(['dense', 'sparse'] as const)('joins slices of a %s union', (mode) => {
    const fields = [new Field('n', new Int32(), true), new Field('t', new Utf8(), true)];
    const numbers = vectorFromArray(mode === 'dense' ? [1, null] : [1, 0, null, 0], new Int32()).data[0]!;
    const texts = vectorFromArray(mode === 'dense' ? ['a', 'b'] : ['', 'a', '', 'b'], new Utf8()).data[0]!;
    const parts = { length: 4, typeIds: Int8Array.of(0, 1, 0, 1), children: [numbers, texts] };
    const data =
      mode === 'dense'
        ? buildData(new DenseUnion([0, 1], fields), { ...parts, offsets: Int32Array.of(0, 0, 1, 1) })
        : buildData(new SparseUnion([0, 1], fields), parts);
    const batch = batchOf(new Schema([new Field('c', data.type, true)]), 4, [data]);
    const joined = concat([batch.slice(1, 4), batch.slice(0, 2)]);
    expect([...joined.getChildAt(0)!]).toEqual(['a', null, 'b', 1, 'a']);
  });

  it('gives columns of their own memory', () => {
    const batch = concat([
      batchOf(new Schema([new Field('a', new Int32(), false), new Field('b', new Int32(), false)]), 2, [
        vectorFromArray([1, 2], new Int32()).data[0]!,
        vectorFromArray([3, 4], new Int32()).data[0]!,
      ]),
    ]);
    const [a, b] = batch.data.children;
    expect(a!.values.buffer).not.toBe(b!.values.buffer);
    expect(a!.values.buffer.byteLength).toBe(8);
  });
});

describe('compact', () => {
  const schema = new Schema([new Field('n', new Int32(), true), new Field('s', new Utf8(), true)]);
  const numbers = Array.from({ length: 10_000 }, (_, i) => i);
  const big = concat([
    batchOf(schema, 10_000, [
      vectorFromArray(numbers, new Int32()).data[0]!,
      vectorFromArray(numbers.map(String), new Utf8()).data[0]!,
    ]),
  ]);

  it('copies a slice, which pins its parent', () => {
    const { batch, bytes } = compact(big.slice(100, 110));
    expect(batch.numRows).toBe(10);
    expect(bytes).toBe(10 * 4 + 11 * 4 + 10 * 3);
    expect(batch.data.children[1]!.values.buffer.byteLength).toBe(30);
    expect(json(batch.getChild('s')!)).toBe(json(numbers.slice(100, 110).map(String)));
  });

  it('keeps a batch that pins nothing else', () => {
    expect(compact(big).batch).toBe(big);
  });
});

describe('rebatch', () => {
  const schema = new Schema([new Field('n', new Int32(), true)]);
  const batch = (from: number, rows: number) =>
    batchOf(schema, rows, [
      vectorFromArray(
        Array.from({ length: rows }, (_, i) => from + i),
        new Int32(),
      ).data[0]!,
    ]);

  it('regroups to the size asked for, in order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(20), { maxLength: 8 }), fc.integer({ min: 1, max: 30 }), async (sizes, rows) => {
        let from = 0;
        const batches = sizes.map((size) => {
          from += size;
          return batch(from - size, size);
        });
        const regrouped: RecordBatch[] = [];
        for await (const part of rebatch(batches, rows)) regrouped.push(part);
        const expectedSizes = Array.from({ length: Math.ceil(from / rows) }, (_, i) => Math.min(rows, from - i * rows));
        expect(regrouped.map(({ numRows }) => numRows)).toEqual(from === 0 && sizes.length > 0 ? [0] : expectedSizes);
        expect(regrouped.flatMap((part) => [...part.getChildAt(0)!])).toEqual(
          Array.from({ length: from }, (_, i) => i),
        );
      }),
    );
  });

  it('copies nothing where a batch is cut', async () => {
    const whole = concat([batch(0, 100)]);
    for await (const part of rebatch([whole], 10)) {
      expect(part.data.children[0]!.values.buffer).toBe(whole.data.children[0]!.values.buffer);
    }
  });

  it('refuses a size below one', async () => {
    await expect(rebatch([batch(0, 1)], 0).next()).rejects.toThrow(RangeError);
  });
});
