import { Field, Float64, Int8, type RecordBatch, Schema, vectorFromArray } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { batchOf } from '../../src/batches/batch-of.js';
import { codecFromJson } from '../../src/columns/codec-from-json.js';
import type { NumberRule } from '../../src/columns/number-rule.js';
import { ModelError } from '../../src/errors.js';
import { fillUniforms, randomKey } from '../../src/random.js';
import { fitted } from '../conformance/describe-column.js';

const rows = 400;
const schema = new Schema([
  new Field('low', new Float64(), true),
  new Field('high', new Float64(), true),
  new Field('sum', new Float64(), true),
  new Field('small', new Int8(), true),
]);
const at = (row: number, factor: number) => (row * factor) % 101;
const table = batchOf(schema, rows, [
  vectorFromArray(
    Array.from({ length: rows }, (_, row) => at(row, 7) / 10),
    new Float64(),
  ).data[0]!,
  vectorFromArray(
    Array.from({ length: rows }, (_, row) => (row % 10 === 0 ? null : (at(row, 7) + at(row, 3)) / 10)),
    new Float64(),
  ).data[0]!,
  vectorFromArray(
    Array.from({ length: rows }, (_, row) => at(row, 11)),
    new Float64(),
  ).data[0]!,
  vectorFromArray(
    Array.from({ length: rows }, (_, row) => at(row, 13)),
    new Int8(),
  ).data[0]!,
]);
const plain = fitted([table]);

/** Records drawn at random, whatever they should be. */
function drawn(rules: readonly NumberRule[], fixed?: ReadonlySet<string>): Record<string, number | null>[] {
  const codec = plain.withRelations({ rules });
  const places = new Float32Array(2000 * codec.width);
  fillUniforms(
    randomKey(1),
    Array.from({ length: 2000 }, (_, row) => row),
    codec.width,
    places,
  );
  const codes = places.map((place, i) => Math.floor(((place * 97) % 1) * codec.spans[i % codec.width]!.width));
  return rowsOf(codec.decode(codes, places, undefined, fixed && { fixed }));
}

const rowsOf = (batch: RecordBatch) => batch.toArray().map((row) => row!.toJSON() as Record<string, number | null>);
const order = (strict: boolean): NumberRule => ({ kind: 'order', low: 'low', high: 'high', strict });
const free = drawn([]);

describe('rules', () => {
  it('put two numbers in order, within their ranges, and leave nulls alone', () => {
    const broken = ({ low, high }: Record<string, number | null>) => high !== null && low! > high!;
    expect(free.filter(broken).length).toBeGreaterThan(100);
    const kept = drawn([order(false)]);
    expect(kept.filter(broken)).toEqual([]);
    expect(kept.map(({ high }) => high === null)).toEqual(free.map(({ high }) => high === null));
    kept.forEach((row, i) => {
      if (!broken(free[i]!)) expect(row).toEqual(free[i]);
      expect(row.low!).toBeLessThanOrEqual(10.1);
      expect(Math.round(row.low! * 10) / 10).toBe(row.low);
    });
    // Where both fit into both ranges, they have changed places.
    const swapped = kept.filter((row, i) => row.low === free[i]!.high && row.high === free[i]!.low);
    expect(swapped.length).toBeGreaterThan(50);
    expect(drawn([order(true)]).filter(({ low, high }) => high !== null && low! >= high!)).toEqual([]);
  });

  it('make a column what it follows from, null where it was null', () => {
    const kept = drawn([{ kind: 'sum', column: 'high', of: ['sum', 'small'], factors: [0.1, -0.5], constant: 3 }]);
    kept.forEach(({ high, sum, small }, i) => {
      if (free[i]!.high === null) expect(high).toBeNull();
      else expect(high).toBeCloseTo(Math.round((0.1 * sum! - 0.5 * small! + 3) * 10) / 10, 9);
    });
    const ratio = drawn([{ kind: 'quotient', column: 'low', of: ['sum', 'small'], factor: 10 }]);
    ratio.forEach(({ low, sum, small }, i) => {
      if (small === 0) expect(low).toBe(free[i]!.low);
      else expect(low).toBeCloseTo(Math.round((100 * sum!) / small!) / 10, 9);
    });
  });

  it('do not make what the type cannot hold', () => {
    const kept = drawn([{ kind: 'product', column: 'small', of: ['sum', 'low'], factor: 1 }]);
    let beyond = 0;
    kept.forEach(({ small, sum, low }, i) => {
      const product = Math.round(sum! * low!);
      if (product > 127) {
        beyond += 1;
        expect(small).toBe(free[i]!.small);
      } else expect(small).toBe(product);
    });
    expect(beyond).toBeGreaterThan(100);
  });

  it('leave fixed columns as they are', () => {
    expect(drawn([order(true)], new Set(['high']))).toEqual(free);
    const rule: NumberRule = { kind: 'product', column: 'small', of: ['sum', 'low'], factor: 1 };
    expect(drawn([rule], new Set(['small']))).toEqual(free);
    expect(drawn([rule], new Set(['sum']))).toEqual(drawn([rule]));
  });

  it('hold among copied records, which stay the same, and survive JSON', () => {
    const codec = plain.withRelations({ rules: [order(false)] });
    const restored = codecFromJson(JSON.parse(JSON.stringify(codec)));
    expect(restored.rules).toEqual(codec.rules);
    const codes = plain.encode(table).toReversed();
    const places = new Float32Array(codes.length).fill(0.5);
    const copy = { batch: table, rows: Array.from({ length: rows }, (_, row) => row) };
    const both = rowsOf(restored.decodeAmong(codes, places, copy));
    expect(both.filter((_, row) => row % 2 === 0)).toEqual(rowsOf(table));
    expect(both.filter((_, row) => row % 2 === 1)).toEqual(rowsOf(restored.decode(codes, places)));
    expect(both.filter(({ low, high }) => high !== null && low! > high!)).toEqual([]);
    const json = JSON.parse(JSON.stringify(codec));
    expect(() => codecFromJson({ ...json, rules: [{ ...json.rules[0], low: 'none' }] })).toThrow(ModelError);
    expect(() => codecFromJson({ ...json, rules: [{ kind: 'magic' }] })).toThrow(ModelError);
  });
});
