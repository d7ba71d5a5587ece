import {
  DateDay,
  Decimal,
  Field,
  Float16,
  Float32,
  Float64,
  Int8,
  Int32,
  Int64,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  vectorFromArray,
} from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { batchOf as recordBatchOf } from '../../src/batches/batch-of.js';
import type { Codec } from '../../src/columns/codec.js';
import type { ColumnJsonOf } from '../../src/columns/column-json.js';
import { fillNormals, fillUniforms, randomKey } from '../../src/random.js';
import { batchOf, fitted, valuesOf } from '../conformance/describe-column.js';

const key = randomKey(3);
const rowIds = (n: number) => Uint32Array.from({ length: n }, (_, i) => i);

function uniforms(n: number): Float32Array {
  const values = new Float32Array(n);
  fillUniforms(key, rowIds(n), 1, values);
  return values;
}

function normals(n: number): Float32Array {
  const values = new Float32Array(n);
  fillNormals(key, rowIds(n), 1, values);
  return values;
}

function jsonOf(codec: Codec): ColumnJsonOf<'numeric' | 'datetime'> {
  return codec.columns[0]!.toJSON() as ColumnJsonOf<'numeric' | 'datetime'>;
}

/** Column `x` after a round trip with fresh uniforms. */
function decodedAgain(codec: Codec, values: readonly unknown[], type = new Float64()): number[] {
  const codes = codec.encode(batchOf(type, values));
  return valuesOf(codec.decode(codes, uniforms(codes.length))) as number[];
}

/** The largest distance between two empirical distribution functions (Kolmogorov and Smirnov). */
function distance(a: readonly number[], b: readonly number[]): number {
  const [x, y] = [Float64Array.from(a).sort(), Float64Array.from(b).sort()];
  let largest = 0;
  let j = 0;
  for (let i = 0; i < x.length; i += 1) {
    if (i + 1 < x.length && x[i + 1] === x[i]) continue;
    while (j < y.length && y[j]! <= x[i]!) j += 1;
    largest = Math.max(largest, Math.abs((i + 1) / x.length - j / y.length));
  }
  return largest;
}

describe('numeric', () => {
  const n = 20_000;
  const skewed = Array.from(normals(n), (z) => Math.exp(1.5 * z));
  const modes = Array.from(normals(n), (z, i) => z + [-20, 0, 3][i % 3]!);
  const ages = Array.from(normals(n), (z) => Math.round(40 + 15 * z));
  const spiked = skewed.map((v, i) => (i % 3 === 0 ? 0 : i % 10 === 1 ? -999 : v));

  it.each([
    ['skewed', skewed],
    ['of several modes', modes],
    ['of integers', ages],
    ['of spikes and a tail', spiked],
  ])('keeps a distribution %s', (_, values) => {
    const codec = fitted([batchOf(new Float64(), values)]);
    expect(codec.spans[0]!.width).toBeLessThanOrEqual(50);
    expect(distance(values, decodedAgain(codec, values))).toBeLessThan(0.005);
  });

  it.each([new Int8(), new Int32(), new Float16(), new Float32(), new Float64(), new DateDay()])(
    'takes the padding of buffers for no rows of %s',
    (type) => {
      // 70 numbers from 20 on, in a buffer that Arrow fills up with zeros.
      const values = Array.from({ length: 1001 }, (_, i) => 20 + (i % 70));
      const dates = type instanceof DateDay;
      const [data] = vectorFromArray(dates ? values.map((day) => new Date(864e5 * day)) : values, type).data;
      expect((data!.values as Int8Array).length).toBeGreaterThan(1001);
      const schema = new Schema([new Field('x', type, true)]);
      const codec = fitted([new RecordBatch(schema, makeData({ type: new Struct(schema.fields), children: [data!] }))]);
      const { codes } = jsonOf(codec);
      expect(codes.reduce((sum, { rows }) => sum + rows, 0)).toBe(1001);
      expect(Math.min(...codes.map((code) => ('value' in code ? code.value : code.low)))).toBe(20);
    },
  );

  it('keeps the distribution of codes drawn by their frequency from the sketch, beyond the exact rows', () => {
    const many = Array.from({ length: 15 }, (_, k) => modes.map((v) => v * (1 + k * 1e-9))).flat();
    const codec = fitted([batchOf(new Float64(), many)]);
    const rows = jsonOf(codec).codes.map((code) => code.rows);
    expect(rows.reduce((sum, count) => sum + count, 0)).toBe(many.length);
    expect(Math.max(...rows) / Math.min(...rows)).toBeLessThan(1.05);
    expect(distance(modes, decodedAgain(codec, modes))).toBeLessThan(0.005);
  });

  it('gives back exactly the numbers that people repeat, in their share, and no lone number', () => {
    // 30 repeated amounts of 60 rows each, 18,000 lone ones among them.
    const amounts = Array.from({ length: 30 }, (_, i) => 100.5 + 331 * i);
    const lone = Array.from(uniforms(18_200), (u) => 10_000 * u);
    const values = lone.map((v, i) => (i < 1800 ? amounts[i % 30]! : v));
    const codec = fitted([batchOf(new Float64(), values)]);
    const again = decodedAgain(codec, values);
    const wanted = new Set(amounts);
    const count = again.filter((v) => wanted.has(v)).length;
    expect(count).toBeGreaterThan(1500);
    expect(count).toBeLessThan(2100);
    const known = new Set(lone.slice(1800));
    expect(again.filter((v) => known.has(v) && !wanted.has(v))).toEqual([]);
    for (const code of jsonOf(codec).codes)
      if ('knots' in code) expect(code.atoms.every(({ rows }) => rows >= 5)).toBe(true);
  });

  it('gives spikes their own codes and their exact values, never to be met in a bin', () => {
    const codec = fitted([batchOf(new Float64(), spiked)]);
    const values = jsonOf(codec).codes.filter((code) => 'value' in code);
    expect(values.map((code) => code.value)).toEqual([-999, 0]);
    const again = decodedAgain(codec, spiked);
    expect(spiked.every((v, i) => (v === 0 || v === -999 ? again[i] === v : again[i]! > 0))).toBe(true);
    const integers = Array.from(normals(n), (z, i) => (i % 4 === 0 ? 1000 : 1000 + Math.round(300 * z)));
    const around = fitted([batchOf(new Int32(), integers)]);
    const decoded = decodedAgain(around, integers, new Int32() as never);
    expect(decoded.every((v, i) => (v === 1000) === (integers[i] === 1000))).toBe(true);
  });

  it('gives at most 50 distinct values their own codes, 51 get bins, 20 in a small table', () => {
    const cycle = (distinct: number, length: number) => Array.from({ length }, (_, i) => (i % distinct) + 0.5);
    expect(fitted([batchOf(new Float64(), cycle(50, 250))]).spans[0]!.width).toBe(50);
    expect(fitted([batchOf(new Float64(), cycle(51, 1999))]).spans[0]!.width).toBe(20);
    expect(fitted([batchOf(new Float64(), cycle(200, 2000))]).spans[0]!.width).toBe(50);
  });

  it('keeps the decimals and the step of the column', () => {
    const prices = skewed.map((v) => Math.round(v * 100) / 100);
    const again = decodedAgain(fitted([batchOf(new Float64(), prices)]), prices);
    expect(again.every((v) => Math.round(v * 100) / 100 === v)).toBe(true);
    expect(again.some((v, i) => v !== prices[i])).toBe(true);
    const floats = fitted([batchOf(new Float32(), prices)]);
    expect(jsonOf(floats).rounding.decimals).toBe(2);
    const hundreds = fitted([
      batchOf(
        new Int64(),
        skewed.map((v) => 100n * BigInt(Math.round(50 * v))),
      ),
    ]);
    expect(jsonOf(hundreds).rounding.step).toBe(100);
    expect(jsonOf(fitted([batchOf(new Float64(), skewed)])).rounding.decimals).toBe(null);
  });

  it('keeps single extremes to itself, and shared ones', () => {
    const codec = fitted([batchOf(new Float64(), [...skewed, -5000, 90_000])]);
    const edge = jsonOf(codec).codes;
    const extremes = new Float64Array(skewed).sort();
    const far = codec.encode(batchOf(new Float64(), [-5000, 90_000]));
    const [low, high] = [0, 1].map(
      (u) => valuesOf(codec.decode(far, new Float64Array(4).fill(0.0001 + 0.9998 * u))) as number[],
    );
    expect(low![0]).toBeGreaterThanOrEqual(extremes[19]!);
    expect(low![0]).toBeLessThan(extremes[22]!);
    expect(high![1]).toBeLessThan(extremes.at(-15)!);
    expect(JSON.stringify(edge)).not.toMatch(/[:,[](-5000|90000)[,}\]]/);
    const capped = fitted([
      batchOf(
        new Float64(),
        skewed.map((v) => Math.min(v, extremes.at(-100)!)),
      ),
    ]);
    expect(jsonOf(capped).codes.at(-1)).toMatchObject({ high: extremes.at(-100) });
  });

  it('codes what it never saw as the nearest', () => {
    const codec = fitted([batchOf(new Float64(), ages)]);
    const unseen: unknown[] = [];
    const codes = codec.encode(batchOf(new Float64(), [-1e9, 1e9, 40.2, NaN, null, Infinity, -Infinity]), (...where) =>
      unseen.push(where),
    );
    const width = codec.spans[0]!.width;
    const x = codes.filter((_, i) => i % 2 === 0);
    expect([x[0], x[1], x[5], x[6]]).toEqual([0, width - 1, width - 1, 0]);
    expect(x[3]).toBe(x[4]);
    expect(Math.abs(x[3]! - x[2]!)).toBeLessThanOrEqual(1);
    const exact = codec.encode(batchOf(new Float64(), [40]));
    expect(x[2]).toBe(exact[0]);
    expect(unseen).toEqual([
      ['x', 'NaN', 3],
      ['x', 'null', 4],
      ['x', 'Infinity', 5],
      ['x', '-Infinity', 6],
    ]);
  });

  it('orders codes and scores by value, the infinities outermost, NaN and null outside', () => {
    const codec = fitted([batchOf(new Float64(), [...ages, -Infinity, Infinity, NaN, null])]);
    const { scores, width } = codec.spans[0]!;
    const codes = codec.encode(batchOf(new Float64(), [-Infinity, Infinity, NaN, null])).filter((_, i) => i % 2 === 0);
    expect([...codes]).toEqual([0, width - 3, width - 2, width - 1]);
    expect(scores!.slice(-2)).toEqual([0, 0]);
    expect(scores!.slice(0, -2)).toEqual(scores!.slice(0, -2).toSorted((a, b) => a - b));
    expect(Math.max(...scores!)).toBe(2.5);
  });

  it.each([
    ['rising keys', Array.from({ length: 20 }, (_, i) => i * i), 'opaque'],
    ['falling keys', Array.from({ length: 100 }, (_, i) => -i), 'opaque'],
    ['shuffled keys', Array.from({ length: 997 }, (_, i) => (i * 31) % 997), 'opaque'],
    ['too few rows', Array.from({ length: 19 }, (_, i) => i), 'numeric'],
    ['scattered numbers', Array.from({ length: 500 }, (_, i) => Math.round(1e6 * ((i * 0.618034) % 1))), 'numeric'],
    ['a key used twice', [...Array.from({ length: 997 }, (_, i) => (i * 31) % 997), 5], 'numeric'],
  ])('tells identifiers: %s', (_, values, kind) => {
    expect(fitted([batchOf(new Int32(), values)]).columns[0]!.kind).toBe(kind);
    expect(fitted([batchOf(new Float64(), values)]).columns[0]!.kind).toBe('numeric');
  });

  it('tells identifiers beyond the exact rows, and beyond 2^53', () => {
    const shuffled = Array.from({ length: 120_011 }, (_, i) => (i * 7919) % 120_011);
    expect(fitted([batchOf(new Int32(), shuffled)]).columns[0]!.kind).toBe('opaque');
    expect(
      fitted([
        batchOf(
          new Int32(),
          shuffled.map((v) => v % 80_000),
        ),
      ]).columns[0]!.kind,
    ).toBe('numeric');
    const hashes = Array.from({ length: 60 }, (_, i) => BigInt.asIntN(64, 0x9e3779b97f4a7c15n * BigInt(i + 1)));
    expect(fitted([batchOf(new Int64(), hashes)]).columns[0]!.kind).toBe('opaque');
  });
});

describe('a column of decimals beyond 15 digits', () => {
  /** A batch whose column `x` holds decimals, given as multiples of their last place, in turn. */
  function decimals(type: Decimal, wholes: readonly bigint[]) {
    const rows = 60;
    const words = new Uint32Array(rows * 4);
    for (let i = 0; i < words.length; i += 1)
      words[i] = Number(BigInt.asUintN(32, wholes[(i >> 2) % wholes.length]! >> BigInt(32 * (i % 4))));
    const other = vectorFromArray(Array.from({ length: rows }, (_, i) => i % 2 === 0)).data[0]!;
    const schema = new Schema([new Field('x', type, true), new Field('other', other.type, true)]);
    return recordBatchOf(schema, rows, [makeData({ type, length: rows, nullCount: 0, data: words }), other] as never);
  }
  const wordsOf = (batch: RecordBatch) => [...(batch.getChild('x')!.data[0]!.values as Uint32Array)];

  it.each([
    ['that differ beyond only', new Decimal(0, 20, 128), [12345678901234567891n, 12345678901234567892n]],
    ['of 16 digits that share a float64', new Decimal(2, 16, 128), [8000000000000001n, 8000000000000002n]],
    ['that are all the same', new Decimal(20, 38, 128), [-33333333333333333333n]],
  ])('copies those %s', (_, type, wholes) => {
    const batch = decimals(type, wholes);
    const codec = fitted([batch]);
    expect(codec.columns[0]).toMatchObject({ kind: 'opaque', reason: 'few decimals, of more digits than are kept' });
    const codes = codec.encode(batch);
    const rows = Array.from({ length: 60 }, (_, r) => r);
    expect(wordsOf(codec.decode(codes, uniforms(codes.length), { batch, rows }))).toEqual(wordsOf(batch));
    expect(codec.decode(codes, uniforms(codes.length)).getChild('x')!.nullCount).toBe(60);
  });

  it('models those that float64 keeps, however large the scale', () => {
    const batch = decimals(new Decimal(18, 38, 128), [
      9220000000000000000n,
      -10000000000000000n,
      123456789012345000000000n,
    ]);
    const codec = fitted([batch]);
    expect(codec.columns[0]!.kind).toBe('numeric');
    const codes = codec.encode(batch);
    expect(wordsOf(codec.decode(codes, uniforms(codes.length)))).toEqual(wordsOf(batch));
  });

  it('models many of them', () => {
    const thirds = Array.from({ length: 60 }, (_, i) => 33333333333333333n * BigInt(i));
    expect(fitted([decimals(new Decimal(17, 38, 128), thirds)]).columns[0]!.kind).toBe('numeric');
  });
});
