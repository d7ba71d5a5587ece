import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutVariants } from '../../src/operators/cut-variants.js';

const cutsOf = (counts: number[], size: number) =>
  cutVariants(Int32Array.from(counts), size).map(({ from, counts, before }) => ({ from, counts: [...counts], before }));

describe('cutVariants', () => {
  it('keeps the variants of a record together where they fit', () => {
    expect(cutsOf([5, 5, 5], 10)).toEqual([
      { from: 0, counts: [5, 5], before: 0 },
      { from: 2, counts: [5], before: 0 },
    ]);
    expect(cutsOf([], 10)).toEqual([]);
  });

  it('divides those of a record that has more, and goes on with the next records', () => {
    expect(cutsOf([1, 9, 2, 1], 4)).toEqual([
      { from: 0, counts: [1], before: 0 },
      { from: 1, counts: [4], before: 0 },
      { from: 1, counts: [4], before: 4 },
      { from: 1, counts: [1, 2, 1], before: 8 },
    ]);
  });

  it('takes each variant once, in order and few at a time, and no more records without any', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(30)), fc.integer({ min: 1, max: 12 }), (counts, size) => {
        const taken = counts.map(() => 0);
        for (const { from, counts: some, before } of cutsOf(counts, size)) {
          expect(some.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(size);
          expect(some.length).toBeLessThanOrEqual(size);
          expect(before).toBe(taken[from]);
          some.forEach((count, i) => {
            taken[from + i] = taken[from + i]! + count;
          });
        }
        expect(taken).toEqual(counts);
      }),
    );
  });
});
