import { readFileSync } from 'node:fs';
import { Field, Float64, type RecordBatch, Schema, Utf8 } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { fidelity } from '../../src/report/fidelity.js';
import { tableFromJSON } from '../operators/rows.js';

interface Golden {
  readonly real: Record<'x' | 'y' | 'c', (number | string)[]>;
  readonly synthetic: Record<'x' | 'y' | 'c', (number | string)[]>;
  readonly ks: { readonly x: number; readonly y: number };
  readonly tv: number;
  readonly correlation: number;
  readonly contingency: number;
}

const golden = JSON.parse(readFileSync(new URL('../golden/fidelity.json', import.meta.url), 'utf8')) as Golden;
const schema = new Schema([
  new Field('x', new Float64(), true),
  new Field('y', new Float64(), true),
  new Field('c', new Utf8(), true),
]);
const batch = (columns: Golden['real'], keep: (row: number) => boolean = () => true): RecordBatch =>
  tableFromJSON(
    columns.x.map((x, i) => ({ x, y: columns.y[i], c: keep(i) ? columns.c[i] : null })),
    schema,
  );

describe('fidelity', () => {
  const score = fidelity([batch(golden.real)], [batch(golden.synthetic)]);

  it('agrees with scipy and numpy to 1e-12', () => {
    expect(score.columns.map(({ column }) => column)).toEqual(['x', 'y', 'c']);
    const [x, y, c] = score.columns.map(({ error }) => error);
    expect(x).toBeCloseTo(golden.ks.x, 12);
    expect(y).toBeCloseTo(golden.ks.y, 12);
    expect(c).toBeCloseTo(golden.tv, 12);
    expect(score.pairs[0]).toEqual({ columns: ['x', 'y'], error: expect.closeTo(golden.correlation, 12) });
    expect(score.pairs[1]).toEqual({ columns: ['x', 'c'], error: expect.closeTo(golden.contingency, 12) });
    expect(score.shapeError).toBeCloseTo((golden.ks.x + golden.ks.y + golden.tv) / 3, 12);
  });

  it('is 0 for the same records and 1 for disjoint categories, whatever the batches', () => {
    const real = batch(golden.real);
    const same = fidelity([real], [real.slice(0, 100), real.slice(100)] as RecordBatch[]);
    expect([same.shapeError, same.trendError]).toEqual([0, 0]);
    const others = batch({ ...golden.real, c: golden.real.c.map((c) => `other ${c}`) });
    expect(fidelity([real], [others], ['c']).shapeError).toBeCloseTo(1, 12);
  });

  it('counts null as a category of its own', () => {
    const real = batch(golden.real);
    const half = batch(golden.real, (row) => row % 2 === 0);
    expect(fidelity([real], [half], ['c']).shapeError).toBeCloseTo(0.5, 12);
  });

  it('names a column that is not there', () => {
    expect(() => fidelity([batch(golden.real)], [batch(golden.real)], ['z'])).toThrow(/Expected a column `z`/);
  });
});
