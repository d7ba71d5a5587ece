import { describe, expect, it } from 'vitest';
import { settle } from '../../src/training/fit-options.js';
import { learningRateAt } from '../../src/training/schedule.js';

describe('settle', () => {
  it('suits the defaults to the number of rows', () => {
    expect(settle({}, 32_561, 0.25)).toMatchObject({ epochs: 25, batchRows: 500, beta: 0.25, validation: 0.05 });
    expect(settle({}, 10_000, 1).epochs).toBe(40);
    expect(settle({}, 3999, 1)).toMatchObject({ epochs: 25, batchRows: 128 });
    expect(settle({}, 4000, 1)).toMatchObject({ epochs: 40, batchRows: 500 });
    expect(settle({}, 2000, 1)).toMatchObject({ epochs: 25, batchRows: 128 });
    expect(settle({}, 1000, 1)).toMatchObject({ epochs: 14, batchRows: 64, beta: 1 });
    expect(settle({}, 100, 1)).toMatchObject({ epochs: 50, validation: 0 });
    expect(settle({}, 10_000_000, 1).epochs).toBe(1);
  });

  it.each([
    [{ epochs: 0 }, /epochs to be a whole number of at least 1, got 0/],
    [{ batchRows: 65_538 }, /batchRows to be a whole number of at most 65536, got 65538/],
    [{ batchRows: 33 }, /batchRows to be even, got 33/],
    [{ beta: -1 }, /beta in \[0, 1000\], got -1/],
    [{ learningRate: Number.NaN }, /learningRate in .*got NaN/],
    [{ validation: 0.9 }, /validation in \[0, 0.5\]/],
    [{ seed: 2 ** 60 }, /seed to be a whole number/],
    [{ workers: 0 }, /workers to be a whole number of at least 1, got 0/],
    [{ workers: 1.5 }, /workers to be a whole number of at least 1, got 1.5/],
    [{ maxSeconds: -1 }, /maxSeconds in \[0, 1000000000\], got -1/],
    [{ maxSeconds: Number.NaN }, /maxSeconds in .*got NaN/],
  ])('refuses %j', (options, message) => {
    expect(() => settle(options, 1000, 1)).toThrow(message);
  });
});

describe('learningRateAt', () => {
  it('rises linearly to the peak and falls along a cosine to zero', () => {
    const rates = Array.from({ length: 1000 }, (_, step) => learningRateAt(step, 1000, 0.002));
    expect(rates[0]).toBeCloseTo(0.00002, 10);
    expect(Math.max(...rates)).toBe(0.002);
    expect(rates[100]).toBe(0.002);
    expect(rates[550]).toBeCloseTo(0.001, 10);
    expect(rates[999]).toBeLessThan(1e-8);
  });
});
