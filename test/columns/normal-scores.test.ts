import { describe, expect, it } from 'vitest';
import { normalScores } from '../../src/columns/normal-scores.js';

describe('normalScores', () => {
  it('gives the normal quantile of the middle of each code', () => {
    const [low, , high] = normalScores([1, 2, 1]) as [number, number, number];
    // Of 1/8 and 7/8.
    expect(low).toBeCloseTo(-1.1503, 4);
    expect(high).toBeCloseTo(1.1503, 4);
  });

  it('keeps within 2.5, and gives the code in the middle a place in the order as well', () => {
    const [low, middle, high] = normalScores([1, 10_000, 1]) as [number, number, number];
    expect([low, high]).toEqual([-2.5, 2.5]);
    // 0 is for codes outside the order.
    expect(middle).not.toBe(0);
    expect(middle).toBeCloseTo(0, 10);
  });
});
