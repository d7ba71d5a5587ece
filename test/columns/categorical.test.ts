import { Dictionary, Field, Int8, Int32, Schema, Utf8 } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { createCodecFitter } from '../../src/columns/codec-fitter.js';
import { batchOf, fitted, valuesOf } from '../conformance/describe-column.js';

const utf8 = new Utf8();
const keepRare = { keepRare: ['x'] };
/** Value k of `count` is held by k + 1 rows. */
const ladder = (count: number) => Array.from({ length: count }, (_, k) => Array<string>(k + 1).fill(`v${k}`)).flat();

describe('categorical', () => {
  it('sorts levels by frequency, equal ones by text, null last', () => {
    const codec = fitted([batchOf(utf8, ['b', 'c', 'a', 'c', null, ''])]);
    const codes = codec.encode(batchOf(utf8, ['c', '', 'a', 'b', null])).filter((_, i) => i % 2 === 0);
    expect([...codes]).toEqual([0, 1, 2, 3, 4]);
    expect(codec.spans[0]).toEqual({ name: 'x', likelihood: 'categorical', width: 5, rows: [2, 1, 1, 1, 1] });
  });

  it('shares a rare bucket beyond the cap, and draws from it by frequency', () => {
    const batch = batchOf(utf8, ladder(20));
    const codec = fitted([batch], { maxCategories: 6, ...keepRare });
    expect(codec.spans[0]!.width).toBe(6);
    const n = 12_000;
    const codes = new Uint16Array(2 * n).fill(5).map((code, i) => (i % 2 === 0 ? code : 0));
    const drawn = valuesOf(
      codec.decode(
        codes,
        Float32Array.from(codes, (_, i) => (i + 0.5) / (2 * n)),
      ),
    ) as string[];
    expect(new Set(drawn)).toEqual(new Set(Array.from({ length: 15 }, (_, k) => `v${k}`)));
    for (const k of [0, 7, 14]) expect(drawn.filter((v) => v === `v${k}`).length / n).toBeCloseTo((k + 1) / 120, 2);
  });

  it('keeps as many levels as the cap without a bucket', () => {
    const codec = fitted([batchOf(utf8, ladder(6))], { maxCategories: 6, ...keepRare });
    expect(codec.spans[0]!.width).toBe(6);
    expect(JSON.stringify(codec)).not.toContain('rare');
  });

  it.each([utf8, new Dictionary(utf8, new Int32())])(
    'reports unseen texts and gives them the bucket, else the most frequent level (%s)',
    (type) => {
      const unseen: unknown[] = [];
      const batch = batchOf(type, ['v19', 'new', 'v0']);
      const rare = fitted([batchOf(type, ladder(20))], { maxCategories: 6, ...keepRare });
      expect([...rare.encode(batch, (...where) => unseen.push(where))].filter((_, i) => i % 2 === 0)).toEqual([
        0, 5, 5,
      ]);
      const few = fitted([batchOf(type, ladder(20))], keepRare);
      expect([...few.encode(batch, (...where) => unseen.push(where))].filter((_, i) => i % 2 === 0)).toEqual([
        0, 0, 19,
      ]);
      expect(unseen).toEqual([
        ['x', 'new', 1],
        ['x', 'new', 1],
      ]);
    },
  );

  it.each([
    ['a name in every row', (i: number) => `name ${i}`, 40, 'opaque'],
    ['25 names in 30 rows', (i: number) => `name ${i % 25}`, 30, 'opaque'],
    ['50 states in 1,000 rows', (i: number) => `state ${i % 50}`, 1000, 'categorical'],
    ['a few rows', (i: number) => `name ${i}`, 19, 'categorical'],
    ['half of the rows, each shared by two', (i: number) => `name ${i % 20}`, 40, 'opaque'],
    ['eight names in 40 rows', (i: number) => `name ${i % 8}`, 40, 'categorical'],
    ['long notes', (i: number) => `${'a long remark '.repeat(5)}${i % 100}`, 1000, 'opaque'],
    ['long levels', (i: number) => `${'a long level '.repeat(5)}${i % 20}`, 1000, 'categorical'],
    ['more texts than any bucket holds', (i: number) => `town ${i % 9000}`, 20_000, 'opaque'],
    ['many towns', (i: number) => `town ${Math.floor(9000 * ((i * 0.618034) % 1) ** 8)}`, 20_000, 'categorical'],
  ])('tells identifiers and free text: %s', (_, textAt, rows, kind) => {
    const column = fitted([
      batchOf(
        utf8,
        Array.from({ length: rows }, (_, i) => textAt(i)),
      ),
    ]).columns[0]!;
    expect(column.kind).toBe(kind);
    expect(column.reason === undefined).toBe(kind === 'categorical');
  });

  it('says of dates that none tells day from month', () => {
    const type = utf8;
    const field = new Field('x', type, true, new Map([['rx-augment:either-date', 'DD/MM/YYYY or MM/DD/YYYY']]));
    const texts = Array.from({ length: 100 }, (_, i) => `0${1 + (i % 9)}/02/20${10 + (i % 90)}`);
    const batch = batchOf(type, texts);
    const fitter = createCodecFitter(new Schema([field, batch.schema.fields[1]!]));
    fitter.add(batch);
    expect(fitter.finish().columns[0]!.reason).toMatch(/^dates of which none tells day from month, DD\/MM\/YYYY or MM/);
  });

  it('shares the dictionary of the rows it accompanies when that has every level, else brings its own', () => {
    const type = new Dictionary(utf8, new Int8());
    const batch = batchOf(type, ['b', 'a', 'a', null]);
    const codec = fitted([batch]);
    const codes = codec.encode(batch);
    const u = new Float32Array(codes.length).fill(0.5);
    const beside = (other: typeof batch) => codec.decode(codes, u, { batch: other, rows: [0, 0, 0, 0] });
    const shared = beside(batch);
    expect(shared.getChild('x')!.data[0]!.dictionary).toBe(batch.getChild('x')!.data[0]!.dictionary);
    const other = beside(batchOf(type, ['c', 'a', 'c']));
    const alone = codec.decode(codes, u);
    expect(other.getChild('x')!.data[0]!.dictionary).toBe(alone.getChild('x')!.data[0]!.dictionary);
    for (const decoded of [shared, other, alone]) expect(valuesOf(decoded)).toEqual(['b', 'a', 'a', null]);
  });
});
