import { describe, expect, it } from 'vitest';
import { createQuantileSketch } from '../../src/columns/quantile-sketch.js';
import { randomKey, uniformAt } from '../../src/random.js';

/** The largest rank error of a sketch over all its values, as a share of the rows. */
function rankError(values: Float64Array, sketch: ReturnType<typeof createQuantileSketch>): number {
  const sorted = values.slice().sort();
  const kept = sketch.summary();
  let sum = 0;
  let rank = 0;
  let error = 0;
  for (let i = 0; i < kept.values.length; i += 1) {
    sum += kept.weights[i]!;
    while (rank < sorted.length && sorted[rank]! <= kept.values[i]!) rank += 1;
    error = Math.max(error, Math.abs(sum - rank) / sorted.length);
  }
  expect(sum).toBe(sorted.length);
  return error;
}

describe('createQuantileSketch', () => {
  it('is exact up to its bound', () => {
    const sketch = createQuantileSketch({ exactRows: 6 });
    for (const value of [3, 1, 3, 2, 1, 3]) sketch.add(value);
    expect(sketch.exact).toBe(true);
    expect(sketch.summary()).toEqual({ values: Float64Array.of(1, 2, 3), weights: Float64Array.of(2, 1, 3) });
    sketch.add(0);
    expect(sketch.exact).toBe(false);
    expect(sketch.summary()).toEqual({ values: Float64Array.of(0, 1, 2, 3), weights: Float64Array.of(1, 2, 1, 3) });
  });

  it.each([
    ['at random', (i: number) => uniformAt(randomKey(1), i) ** 3],
    ['rising', (i: number) => i],
    ['falling, each twice', (i: number) => -(i >> 1)],
    ['alternating', (i: number) => (i % 2 === 0 ? i : 2e6 - i)],
  ])('misses ranks of a million values %s by less than 0.05 %', (_, valueAt) => {
    const values = Float64Array.from({ length: 1_000_000 }, (_, i) => valueAt(i));
    const sketch = createQuantileSketch();
    for (const value of values) sketch.add(value);
    expect(sketch.summary().values.length).toBeLessThan(120_000);
    expect(rankError(values, sketch)).toBeLessThan(0.0005);
  });
});
