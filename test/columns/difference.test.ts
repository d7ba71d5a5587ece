import {
  type DataType,
  DateDay,
  Field,
  Float64,
  Int32,
  type RecordBatch,
  Schema,
  TimestampMillisecond,
} from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import type { Codec } from '../../src/columns/codec.js';
import { createCodecFitter } from '../../src/columns/codec-fitter.js';
import { codecFromJson } from '../../src/columns/codec-from-json.js';
import { ModelError } from '../../src/errors.js';
import { fillUniforms, randomKey } from '../../src/random.js';
import { fitted } from '../conformance/describe-column.js';
import { tableFromJSON } from '../operators/rows.js';
import { uniformRows } from '../uniform-rows.js';

const rows = 3000;
const u = uniformRows(4, rows, 4);
const day = (number: number) => new Date(864e5 * number);
const ordered = (row: number) => 19_000 + Math.floor(700 * u(row, 0));
const took = (row: number) => 1 + Math.floor(8 * u(row, 1) ** 2);

function tableOf(columns: Readonly<Record<string, readonly [DataType, (row: number) => unknown]>>): RecordBatch {
  const schema = new Schema(Object.entries(columns).map(([name, [type]]) => new Field(name, type, true)));
  const records = Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(Object.entries(columns).map(([name, [, valueAt]]) => [name, valueAt(row)])),
  );
  return tableFromJSON(records, schema);
}

const fittedWith = (table: RecordBatch, options: object = {}) => fitted([table], { differences: true, ...options });
const named = ({ differences }: Codec) => differences.map(({ column, from }) => `${column} from ${from}`);
const columnOf = (batch: RecordBatch, name: string) =>
  [...batch.getChild(name)!].map((value) => (value === null ? null : Number(value)));

const deliveries = tableOf({
  ordered: [new DateDay(), (row) => day(ordered(row))],
  shipped: [new DateDay(), (row) => (row % 9 === 0 ? null : day(ordered(row) + took(row)))],
  price: [new Float64(), (row) => Math.round(100 + 9900 * u(row, 2)) / 100],
  paid: [new Float64(), (row) => Math.round(100 + 9900 * u(row, 2) + 300 * u(row, 3)) / 100],
});

describe('differences', () => {
  it('stand for columns that lie close to another', () => {
    const codec = fittedWith(deliveries);
    expect(named(codec)).toEqual(['shipped from ordered', 'paid from price']);
    // One to eight days, and null.
    expect(codec.spans.find(({ name }) => name === 'shipped')!.width).toBe(9);
    expect(named(fitted([deliveries]))).toEqual([]);
    for (const options of [{ target: 'shipped' }, { conditions: ['shipped'] }]) {
      expect(named(fittedWith(deliveries, options))).toEqual(['paid from price']);
    }
  });

  it('are added to what was drawn, null where one of both is', () => {
    const codec = fittedWith(deliveries);
    const codes = codec.encode(deliveries);
    const places = new Float32Array(codes.length);
    fillUniforms(
      randomKey(1),
      Array.from({ length: rows }, (_, row) => row),
      codec.width,
      places,
    );
    const decoded = codec.decode(codes, places);
    expect(decoded.schema).toEqual(deliveries.schema);
    const between = (batch: RecordBatch) => {
      const [from, to] = [columnOf(batch, 'ordered'), columnOf(batch, 'shipped')];
      return to.map((date, r) => (date === null ? null : (date - from[r]!) / 864e5));
    };
    // All but those on the first and last days, which few records share.
    const [drawn, real] = [between(decoded), between(deliveries)];
    const atEnds = (row: number) => ordered(row) < 19_020 || ordered(row) > 19_680;
    expect(drawn.filter((_, row) => !atEnds(row))).toEqual(real.filter((_, row) => !atEnds(row)));
    expect(drawn.map((days) => days === null)).toEqual(real.map((days) => days === null));
    for (const paid of columnOf(decoded, 'paid')) expect(Math.round(paid! * 100) / 100).toBe(paid);
    const copy = { batch: deliveries, rows: Array.from({ length: rows }, (_, row) => row) };
    const both = codec.decodeAmong(codes, places, copy);
    expect(columnOf(both, 'shipped').filter((_, row) => row % 2 === 0)).toEqual(columnOf(deliveries, 'shipped'));
    expect(columnOf(both, 'shipped').filter((_, row) => row % 2 === 1)).toEqual(columnOf(decoded, 'shipped'));
  });

  it('stay within the range of their column', () => {
    const codec = fittedWith(deliveries);
    const codes = codec.encode(deliveries);
    // The latest day of all with the longest time.
    const last = Math.max(...columnOf(deliveries, 'ordered').map(Number));
    const row = columnOf(deliveries, 'ordered').indexOf(last);
    const one = codes.slice(row * codec.width, (row + 1) * codec.width);
    one[1] = 7;
    const drawn = codec.decode(one, new Float32Array(codec.width).fill(0.5));
    expect(columnOf(drawn, 'shipped')[0]!).toBeLessThanOrEqual(
      Math.max(...columnOf(deliveries, 'shipped').map(Number)),
    );
  });

  it('are found in files that begin with the rows of one day, however these were divided', () => {
    const sorted = tableOf({
      start: [new TimestampMillisecond(), (row) => 1.7e12 + 6e4 * Math.floor(row / 3)],
      end: [
        new TimestampMillisecond(),
        (row) => 1.7e12 + 6e4 * Math.floor(row / 3) + 1000 * Math.floor(3600 * u(row, 1)),
      ],
    });
    const whole = fittedWith(sorted);
    expect(named(whole)).toEqual(['end from start']);
    const cut = createCodecFitter(sorted.schema, { differences: true });
    for (const [from, to] of [
      [0, 1],
      [1, 999],
      [999, 1001],
      [1001, rows],
    ] as const)
      cut.add(sorted.slice(from, to));
    expect(JSON.stringify(cut.finish())).toBe(JSON.stringify(whole));
  });

  it('are not taken where a column has values and the other none, few values, or none near', () => {
    const table = tableOf({
      a: [new Int32(), (row) => (row % 100 === 99 ? null : Math.floor(10_000 * u(row, 0)))],
      b: [new Int32(), (row) => Math.floor(10_000 * u(row, 0)) + Math.floor(20 * u(row, 1))],
      c: [new Int32(), (row) => Math.floor(10_000 * u(row, 2))],
      d: [new Float64(), (row) => Math.floor(10_000 * u(row, 0))],
      e: [new Int32(), (row) => Math.floor(40 * u(row, 0))],
      f: [new Int32(), (row) => Math.floor(40 * u(row, 0)) + (row % 2)],
    });
    expect(named(fittedWith(table))).toEqual([]);
  });

  it('survive JSON', () => {
    const codec = fittedWith(deliveries);
    const json = JSON.parse(JSON.stringify(codec));
    const restored = codecFromJson(json);
    expect(JSON.stringify(restored)).toBe(JSON.stringify(codec));
    const codes = codec.encode(deliveries);
    expect(restored.encode(deliveries)).toEqual(codes);
    const places = new Float32Array(codes.length).fill(0.3);
    expect(columnOf(restored.decode(codes, places), 'paid')).toEqual(columnOf(codec.decode(codes, places), 'paid'));
    for (const change of [{ column: 'none' }, { from: 'none' }]) {
      expect(() => codecFromJson({ ...json, differences: [{ ...json.differences[0], ...change }] })).toThrow(
        ModelError,
      );
    }
  });
});
