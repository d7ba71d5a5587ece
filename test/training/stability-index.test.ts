import { describe, expect, it } from 'vitest';
import { randomKey, uniformAt } from '../../src/random.js';
import { stabilityIndex } from '../../src/training/stability-index.js';

describe('stabilityIndex', () => {
  it('is the sum of (p - q) ln(p / q), less its mean under sampling', () => {
    const [reference, recent] = [
      [50_000, 30_000, 20_000],
      [20_000, 30_000, 50_000],
    ];
    const psi = 2 * 0.3 * Math.log(0.5 / 0.2);
    const { index, significant } = stabilityIndex(reference, recent);
    expect(index).toBeCloseTo(psi - 2 * (2 / 100_000), 4);
    expect(significant).toBe(true);
    expect(stabilityIndex(recent, reference).index).toBeCloseTo(index, 10);
  });

  it('is 0 for the same counts, for nothing to compare, and for one cell', () => {
    expect(stabilityIndex([5, 10, 0], [5, 10, 0])).toEqual({ index: 0, significant: false });
    expect(stabilityIndex([5, 10], [0, 0])).toEqual({ index: 0, significant: false });
    expect(stabilityIndex([7, 0], [900, 0])).toEqual({ index: 0, significant: false });
  });

  it.each([
    [20, 200],
    [50, 500],
    [50, 5000],
    [256, 5000],
  ])('is near 0 and never significant for samples of one distribution, %i cells and %i rows', (cells, rows) => {
    const sample = (seed: number) => {
      const counts = new Float64Array(cells);
      // Skewed: half of the cells are rare.
      for (let row = 0; row < rows; row += 1) {
        const cell = Math.floor(cells * uniformAt(randomKey(seed), row) ** 3);
        counts[cell] = counts[cell]! + 1;
      }
      return counts;
    };
    const results = Array.from({ length: 100 }, (_, i) => stabilityIndex(sample(2 * i), sample(2 * i + 1)));
    const mean = results.reduce((sum, { index }) => sum + index, 0) / results.length;
    expect(mean).toBeLessThan(0.05);
    expect(results.filter(({ significant }) => significant)).toEqual([]);
  });

  it('sees values that the reference had none of', () => {
    expect(stabilityIndex([1000, 1000, 0], [900, 900, 200])).toMatchObject({ significant: true });
    expect(stabilityIndex([1000, 1000, 0], [900, 900, 200]).index).toBeGreaterThan(0.2);
  });
});
