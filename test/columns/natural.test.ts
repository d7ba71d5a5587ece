import {
  Bool,
  type DataType,
  DateDay,
  Float32,
  Float64,
  Int8,
  Int32,
  Int64,
  TimestampMillisecond,
  Uint8,
  Utf8,
} from 'apache-arrow';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tensorField } from '../../src/batches/tensor-field.js';
import { codecFromJson } from '../../src/columns/codec-from-json.js';
import { valuesOf as numbersOf } from '../../src/models/span.js';
import { batchOf, fitted, valuesOf } from '../conformance/describe-column.js';
import { tensorBatch } from '../operators/images.js';

const natural = { values: 'natural' } as const;
/** Numbers whose spacing is irregular enough not to be a key. */
const many = Array.from({ length: 360 }, (_, i) => ((i * 37) % 60) - 20);
const uniforms = (n: number) => new Float32Array(n).fill(0.5);

describe('natural values', () => {
  it('standardise numbers, keep flags as 0 and 1, and code the rest', () => {
    const numbers = fitted([batchOf(new Float64(), many)], natural);
    expect(numbers.storage).toBe('values');
    expect(numbers.spans).toMatchObject([
      { name: 'x', likelihood: 'gaussian', width: 1 },
      { name: 'other', likelihood: 'bernoulli', width: 1 },
    ]);
    const values = numbers.encode(batchOf(new Float64(), many)) as Float32Array;
    const x = [...values.filter((_, i) => i % 2 === 0)];
    const mean = many.reduce((sum, value) => sum + value, 0) / many.length;
    const deviation = Math.sqrt(many.reduce((sum, value) => sum + (value - mean) ** 2, 0) / many.length);
    for (const [i, value] of x.entries()) expect(value).toBeCloseTo((many[i]! - mean) / deviation, 5);
    expect([...values.filter((_, i) => i % 2 === 1)].slice(0, 4)).toEqual([1, 0, 1, 0]);
    const texts = fitted(
      [
        batchOf(
          new Utf8(),
          many.map((v) => (v < 0 ? 'low' : 'high')),
        ),
      ],
      natural,
    );
    expect(texts.spans[0]).toMatchObject({ likelihood: 'categorical', width: 2 });
  });

  it('give a presence to numbers with nulls, and no loss of which they are', () => {
    const nullable = many.map((value, i) => (i % 7 === 3 ? null : value));
    const batch = batchOf(new Int32(), nullable);
    const codec = fitted([batch], natural);
    expect(codec.spans[0]).toMatchObject({ likelihood: 'gaussian', nullable: true });
    expect(codec.width).toBe(3);
    const values = codec.encode(batch) as Float32Array;
    nullable.forEach((value, i) => {
      expect(values[i * 3]).toBe(value === null ? 0 : 1);
      if (value === null) expect(values[i * 3 + 1]).toBe(0);
    });
    expect(valuesOf(codec.decode(values, uniforms(values.length)))).toEqual(nullable);
  });

  it.each<[string, DataType, readonly unknown[]]>([
    ['Int8', new Int8(), many],
    ['Int64', new Int64(), many.map((v) => BigInt(v))],
    ['Float32', new Float32(), many.map((v) => Math.fround(v / 8))],
    ['Float64', new Float64(), many.map((v) => v / 4)],
    ['DateDay', new DateDay(), many.map((v) => new Date(86_400_000 * (v + 1000)))],
    ['TimestampMillisecond', new TimestampMillisecond(), many.map((v) => 60_000 * (v + 1000))],
    ['Bool', new Bool(), many.map((v) => v > 0)],
  ])('come back as %s, through JSON, slices and batches of any size', (_name, type, values) => {
    const batch = batchOf(type, values);
    const codec = fitted([batch.slice(0, 31), batch.slice(31)], natural);
    const encoded = codec.encode(batch);
    const decoded = codec.decode(encoded, uniforms(encoded.length));
    expect(decoded.schema).toEqual(batch.schema);
    expect(valuesOf(decoded)).toEqual(valuesOf(batch));
    expect(codec.encode(batch.slice(5, 40))).toEqual(encoded.subarray(5 * codec.width, 40 * codec.width));
    const restored = codecFromJson(JSON.parse(JSON.stringify(codec)));
    expect(restored.encode(batch)).toEqual(encoded);
    expect(JSON.stringify(fitted([batch], natural))).toBe(JSON.stringify(codec));
  });

  it('keep what a model draws within the range of the column, and whole where the column is', () => {
    fc.assert(
      fc.property(fc.array(fc.float({ min: -50, max: 50, noNaN: true }), { minLength: 1, maxLength: 30 }), (drawn) => {
        const codec = fitted([batchOf(new Int32(), many)], natural);
        const values = Float32Array.from(drawn.flatMap((value) => [value, 1]));
        for (const value of valuesOf(codec.decode(values, uniforms(values.length))) as number[]) {
          expect(Number.isInteger(value) && value >= -20 && value <= 39).toBe(true);
        }
      }),
    );
  });

  it('code what has no natural values, and are told which likelihood to take', () => {
    const spanOf = (type: DataType, values: readonly unknown[], likelihood?: object | string) =>
      fitted([batchOf(type, values)], { ...natural, ...(likelihood === undefined ? {} : { likelihood }) }).spans[0];
    expect(spanOf(new Float64(), [...many, Number.NaN])).toMatchObject({ likelihood: 'categorical' });
    expect(spanOf(new Bool(), [...many.map((v) => v > 0), null])).toMatchObject({
      likelihood: 'categorical',
      width: 3,
    });
    expect(spanOf(new Float64(), many, { x: 'categorical' })).toMatchObject({ likelihood: 'categorical' });
    const shares = many.map((v) => (v + 20) / 59);
    expect(spanOf(new Float64(), shares, 'bernoulli')).toEqual({ name: 'x', likelihood: 'bernoulli', width: 1 });
  });

  it.each([
    [{ likelihood: 'bernoulli' }, /`x` in \[0, 1\] for a Bernoulli likelihood, got -20 \(row 1\)/],
    [{ likelihood: 'poisson' }, /likelihood to be one of categorical, bernoulli, gaussian, got poisson/],
    [{ likelihood: { y: 'gaussian' } }, /likelihoods of the columns `x`, `other`, got one of `y`/],
  ])('refuse %j', (options, message) => {
    expect(() => fitted([batchOf(new Float64(), many)], { ...natural, ...options })).toThrow(message);
  });
});

describe('image columns', () => {
  const field = (valueType: DataType, shape = [2, 3, 1]) => tensorField('x', { shape, valueType: valueType as Uint8 });

  it('are numbers in [0, 1] and come back as they were', () => {
    const bytes = tensorBatch(
      field(new Uint8()),
      Uint8Array.from({ length: 24 }, (_, i) => (i * 53) % 256),
    );
    const codec = fitted([bytes], natural);
    expect(codec.spans).toEqual([{ name: 'x', likelihood: 'bernoulli', width: 6, shape: [2, 3, 1], bytes: true }]);
    expect(codec.spans.map(numbersOf)).toEqual([6]);
    const values = codec.encode(bytes) as Float32Array;
    for (const [i, value] of values.entries()) expect(value).toBeCloseTo(((i * 53) % 256) / 255, 6);
    expect(codec.decode(values, uniforms(24)).data.children[0]!.children[0]!.values).toEqual(
      bytes.data.children[0]!.children[0]!.values,
    );
    expect(codec.encode(bytes.slice(1, 3))).toEqual(values.subarray(6, 18));
    expect(codecFromJson(JSON.parse(JSON.stringify(codec))).encode(bytes)).toEqual(values);
  });

  it('refuse numbers outside of [0, 1], other types, no shape and other shapes, by name', () => {
    const floats = tensorBatch(
      field(new Float32()),
      Float32Array.from({ length: 12 }, (_, i) => (i === 8 ? 1.5 : 0.5)),
    );
    expect(() => fitted([floats], natural)).toThrow(/image column `x` in \[0, 1\], got 1\.5 \(row 2\)/);
    const wide = tensorBatch(field(new Int32()), new Int32Array(12));
    expect(() => fitted([wide], natural)).toThrow(/`x` to have uint8 or float values, got Int32/);
    const deep = tensorBatch(field(new Uint8(), [1, 2, 3, 1]), new Uint8Array(12));
    expect(() => fitted([deep], natural)).toThrow(/of shape \[height, width\] or .*got \[1, 2, 3, 1\]/);
    const shapeless = field(new Uint8());
    shapeless.metadata.delete('ARROW:extension:metadata');
    expect(() => fitted([tensorBatch(shapeless, new Uint8Array(12))], natural)).toThrow(
      /`x` to have a shape, got none/,
    );
    const wrong = field(new Uint8());
    wrong.metadata.set('ARROW:extension:metadata', '{"shape":[2,2]}');
    expect(() => fitted([tensorBatch(wrong, new Uint8Array(12))], natural)).toThrow(/shape of 6 values, got \[2, 2\]/);
    const turned = field(new Uint8());
    turned.metadata.set('ARROW:extension:metadata', '{"shape":[2,3,1],"permutation":[1,0,2]}');
    expect(() => fitted([tensorBatch(turned, new Uint8Array(12))], natural)).toThrow(/no permutation, got \[1, 0, 2\]/);
  });
});
