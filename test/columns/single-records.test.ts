import { DateDay, Dictionary, Field, Float64, Int32, Schema, Utf8 } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import type { Codec } from '../../src/columns/codec.js';
import { codecFromJson } from '../../src/columns/codec-from-json.js';
import type { ColumnJsonOf } from '../../src/columns/column-json.js';
import { createDependencyFinder } from '../../src/columns/dependency-finder.js';
import { fillNormals, randomKey } from '../../src/random.js';
import { batchOf, fitted, valuesOf } from '../conformance/describe-column.js';
import { tableFromJSON } from '../operators/rows.js';

/** Everything that codes of a column give, at many places in each. */
function allOf(codec: Codec): unknown[] {
  const places = 500;
  const codes = Array.from({ length: codec.spans[0]!.width * places }, (_, i) => [Math.floor(i / places), 0]).flat();
  const uniforms = Float32Array.from(codes, (_, i) => ((i >> 1) % places) / places + 0.5 / places);
  return valuesOf(codec.decode(codes, uniforms));
}

const rows = 400;
const normals = new Float32Array(rows);
fillNormals(
  randomKey(7),
  Array.from({ length: rows }, (_, i) => i),
  1,
  normals,
);
const amounts = Array.from(normals, (z) => Math.round(100_000 * Math.exp(z)) / 100);

describe('what few records have', () => {
  it.each([
    ['amounts', new Float64(), amounts],
    ['whole numbers', new Int32(), amounts.map(Math.round)],
    ['real numbers', new Float64(), Array.from(normals)],
    ['dates', new DateDay(), amounts.map((v) => new Date(864e5 * Math.round(v)))],
    ['amounts of a small table', new Float64(), amounts.slice(0, 60)],
    ['amounts of the smallest', new Float64(), amounts.slice(0, 20)],
    ['a few numbers among nulls', new Float64(), amounts.map((v, i) => (i < 7 ? v : null))],
  ])('is no end of a column of %s, nor stands in its model', (_, type, values) => {
    const codec = fitted([batchOf(type, values)]);
    const sorted = valuesOf(batchOf(type, values))
      .filter((value) => value !== null)
      .map(Number)
      .sort((a, b) => a - b);
    const given = allOf(codec)
      .filter((value) => value !== null)
      .map(Number);
    for (const rank of [0, 1, 2, 3]) {
      if (sorted.length < 10) break;
      expect(Math.min(...given)).toBeGreaterThan(sorted[rank]!);
      expect(Math.max(...given)).toBeLessThan(sorted.at(-1 - rank)!);
    }
    const numbers = new Set(
      JSON.stringify(codec.columns[0])
        .match(/-?\d+(\.\d+)?(e-?\d+)?/g)!
        .map(Number),
    );
    const unit = type instanceof DateDay ? 864e5 : 1;
    // Whole numbers and dates are so dense that their ends half-way may be someone's.
    const stored = sorted.filter((value) => numbers.has(value / unit)).length;
    expect(stored).toBeLessThanOrEqual(type instanceof Float64 ? sorted.length / 50 : sorted.length / 10);
  });

  it('is none of few numbers', () => {
    const children = [...Array.from({ length: rows }, (_, i) => (i * i) % 5), 17, 12, 12];
    const codec = fitted([batchOf(new Int32(), children)]);
    expect(new Set(allOf(codec))).toEqual(new Set([0, 1, 4]));
    expect(JSON.stringify(codec.columns)).not.toMatch(/:1[27]\b/);
    // They count as the nearest.
    const json = codec.columns[0]!.toJSON() as ColumnJsonOf<'numeric' | 'datetime'>;
    expect(json.codes.reduce((sum, code) => sum + code.rows, 0)).toBe(403);
    expect([...codec.encode(batchOf(new Int32(), [17, 4, 0]))].filter((_, i) => i % 2 === 0)).toEqual([2, 2, 0]);
  });

  it('is drawn among its neighbours, where it is much of a column of few numbers', () => {
    const sizes = Array.from({ length: 200 }, (_, i) => (i < 100 ? 10 : 100 + 3.5 * (i % 30)));
    const codec = fitted([batchOf(new Float64(), sizes)]);
    const given = allOf(codec) as number[];
    expect(given).toContain(10);
    const others = new Set(given.filter((value) => value !== 10));
    expect(others.size).toBeGreaterThan(40);
    for (const value of others) expect(value >= 100 && value <= 201.5).toBe(true);
  });

  it('makes no column of numbers that fewer than five records have', () => {
    const few = amounts.map((value, i) => (i % 100 === 3 ? value : null));
    expect(fitted([batchOf(new Float64(), few)]).columns[0]!.reason).toBe('numbers of fewer than 5 rows');
    expect(
      fitted([
        batchOf(
          new Utf8(),
          few.map((v) => v && `${v}`),
        ),
      ]).columns[0]!.kind,
    ).toBe('opaque');
  });

  it('comes back where there is nothing to hide it among', () => {
    expect(new Set(allOf(fitted([batchOf(new Float64(), amounts.slice(0, 19))])))).toEqual(
      new Set(amounts.slice(0, 19)),
    );
  });

  const diseases = Array.from({ length: rows }, (_, i) =>
    i % 80 === 7 ? `rare ${i}` : ['flu', 'cold', 'gout'][i % 3]!,
  );

  it.each([new Utf8(), new Dictionary(new Utf8(), new Int32())])('is no text of %s', (type) => {
    const batch = batchOf(type, diseases);
    const codec = fitted([batch]);
    expect(JSON.stringify(codec.columns)).not.toContain('rare ');
    expect(new Set(allOf(codec))).toEqual(new Set(['flu', 'cold', 'gout']));
    expect(codecFromJson(JSON.parse(JSON.stringify(codec))).encode(batch)).toEqual(codec.encode(batch));
    // Of these none can tell which was there, so both are told.
    const told: string[] = [];
    codec.encode(batchOf(type, ['new', 'flu', 'rare 7']), (_, value) => told.push(value));
    expect(told).toEqual(['new', 'rare 7']);
  });

  it.each([new Utf8(), new Dictionary(new Utf8(), new Int32())])(
    'stays with the variants of its record (%s)',
    (type) => {
      const batch = batchOf(type, diseases);
      const codec = fitted([batch]);
      const codes = codec.encode(batch);
      const copy = { batch, rows: diseases.map((_, r) => r) };
      const uniforms = new Float32Array(codes.length).fill(0.5);
      expect(valuesOf(codec.decode(codes, uniforms, copy))).toEqual(diseases);
      const both = valuesOf(codec.decodeAmong(codes, uniforms, copy));
      expect(both).toEqual(diseases.flatMap((text) => [text, text]));
      // A rare code beside a record that is not.
      const moved = { batch, rows: diseases.map(() => 0) };
      for (const text of valuesOf(codec.decode(codes, uniforms, moved)))
        expect(['flu', 'cold', 'gout']).toContain(text);
    },
  );

  it('is a text where its column is said to be public', () => {
    const batch = batchOf(new Utf8(), diseases);
    expect(new Set(allOf(fitted([batch], { keepRare: ['x'] })))).toEqual(new Set(diseases));
    expect(() => fitted([batch], { keepRare: ['y'] })).toThrow(
      'keepRare to name some of the columns `x`, `other`, got `y`',
    );
  });

  it('keeps to what holds between columns, with a key that stands for it', async () => {
    const schema = new Schema([new Field('shop', new Utf8(), true), new Field('city', new Utf8(), true)]);
    const shops = Array.from({ length: rows }, (_, i) => (i % 100 === 3 ? 99 : (i * 7) % 20));
    const table = tableFromJSON(
      shops.map((shop) => ({ shop: `shop ${shop}`, city: shop === 99 ? 'lonely' : `city ${shop % 4}` })),
      schema,
    );
    const plain = fitted([table]);
    const finder = createDependencyFinder(plain);
    await finder.add(table);
    const codec = plain.withRelations({ dependencies: finder.finish(new Set()) });
    expect(codec.dependencies).toMatchObject([{ key: 'shop', columns: ['city'] }]);
    const rare = codec.spans.map(({ width }) => width - 1);
    const places = Float32Array.from({ length: 200 }, (_, i) => (i + 0.5) / 200);
    // The key alone is rare, what it determines is, or both are.
    const codes = Int32Array.from({ length: 200 }, (_, i) => ((i >> 1) % 3 === i % 2 ? 1 : rare[i % 2]!));
    const related = codec.relate({ codes, places });
    const drawn = codec.decode(related.codes, related.places).toArray();
    const known = new Set(table.toArray().map((row) => JSON.stringify(row)));
    expect(drawn.filter((row) => !known.has(JSON.stringify(row)))).toEqual([]);
    expect(new Set(drawn.map((row) => row!.toJSON().shop)).size).toBeGreaterThan(10);
    expect(JSON.stringify(drawn)).not.toContain('lonely');
  });
});
