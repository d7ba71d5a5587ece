import { describe, expect, it } from 'vitest';
import { initialParameters, parameterLayout } from '../../src/models/parameters.js';
import { randomKey } from '../../src/random.js';

const specs = { a: { shape: [200, 50], limit: 0.5 }, b: { shape: [3], limit: 0 }, c: { shape: [], limit: 2 } };

describe('parameterLayout', () => {
  it('puts one parameter behind the other', () => {
    expect(parameterLayout(specs)).toEqual([
      { name: 'a', shape: [200, 50], offset: 0, size: 10_000 },
      { name: 'b', shape: [3], offset: 10_000, size: 3 },
      { name: 'c', shape: [], offset: 10_003, size: 1 },
    ]);
  });
});

describe('initialParameters', () => {
  it('draws uniformly within the limit, and zeros where it is 0', () => {
    const values = initialParameters(specs, randomKey(1));
    const a = values.subarray(0, 10_000);
    const mean = a.reduce((sum, v) => sum + v, 0) / a.length;
    const variance = a.reduce((sum, v) => sum + v * v, 0) / a.length;
    expect(Math.abs(mean)).toBeLessThan(0.015);
    expect(variance).toBeCloseTo(0.25 / 3, 2);
    expect(Math.max(...a.map(Math.abs))).toBeLessThan(0.5);
    expect(Math.max(...a)).toBeGreaterThan(0.499);
    expect([...values.subarray(10_000, 10_003)]).toEqual([0, 0, 0]);
  });

  it('depends on the key and the name alone', () => {
    const { a, ...others } = specs;
    const alone = initialParameters({ a }, randomKey(1));
    expect(initialParameters({ ...others, a }, randomKey(1)).slice(4)).toEqual(alone);
    expect(initialParameters({ a }, randomKey(2))).not.toEqual(alone);
    expect(initialParameters({ z: a }, randomKey(1))).not.toEqual(alone);
  });
});
