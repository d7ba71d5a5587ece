import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fillNormals, fillUniforms, foldIn, normalQuantile, randomKey, uniformAt, wordsAt } from '../src/random.js';

const rowIds = Uint32Array.from({ length: 1000 }, (_, i) => i);

describe('wordsAt', () => {
  // Known answers of Threefry-2x32 with 13 rounds, from the Random123 distribution (kat_vectors).
  it.each([
    { key: [0, 0], counter: [0, 0], words: [0x9d1c5ec6, 0x8bd50731] },
    { key: [0xffffffff, 0xffffffff], counter: [0xffffffff, 0xffffffff], words: [0xfd36d048, 0x2d17272c] },
    { key: [0x13198a2e, 0x03707344], counter: [0x243f6a88, 0x85a308d3], words: [0xba3e4725, 0xf27d669e] },
  ])('is Threefry-2x32-13: $words', ({ key, counter, words }) => {
    const [high, low] = key as [number, number];
    expect(wordsAt({ high, low }, counter[0]!, counter[1]!)).toEqual({ high: words[0], low: words[1] });
  });

  it('tells rows apart up to 2^53', () => {
    const rows = [0, 1, 2 ** 32, 2 ** 32 + 1, 2 ** 40, 2 ** 53 - 1];
    const words = rows.map((row) => JSON.stringify(wordsAt(randomKey(1), row, 0)));
    expect(new Set(words).size).toBe(rows.length);
  });
});

describe('randomKey', () => {
  it('tells all safe integers apart', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.maxSafeInteger(), (a, b) => {
        fc.pre(a !== b);
        expect(randomKey(a)).not.toEqual(randomKey(b));
      }),
    );
    expect(() => randomKey(0.5)).toThrow(new RangeError('Expected the seed to be a safe integer, got 0.5'));
    expect(() => randomKey(2 ** 53)).toThrow(RangeError);
  });
});

describe('foldIn', () => {
  it('gives keys that differ by purpose, and by what they were made of', () => {
    const key = randomKey(1);
    const keys = [key, ...['a', 'b', 'ab', 'ba', 'aa', 0, 1, 97, 2 ** 32].map((purpose) => foldIn(key, purpose))];
    keys.push(foldIn(randomKey(2), 'a'), foldIn(foldIn(key, 1), 0), foldIn(foldIn(key, 0), 1));
    expect(new Set(keys.map((k) => JSON.stringify(k))).size).toBe(keys.length);
    expect(foldIn(key, 'a')).toEqual(foldIn(key, 'a'));
  });
});

describe('fillUniforms', () => {
  it('is uniform, by chi-square over 100 bins of 200,000 draws, and independent between its arrays', () => {
    const [first, second] = [new Float32Array(100_000), new Float32Array(100_000)];
    fillUniforms(randomKey(3), rowIds, 100, first, second);
    const counts = new Float64Array(100);
    for (const u of [...first, ...second]) {
      const bin = Math.floor(100 * u);
      counts[bin] = counts[bin]! + 1;
    }
    const statistic = counts.reduce((sum, count) => sum + (count - 2000) ** 2 / 2000, 0);
    // 99 degrees of freedom: one case in 100,000 lies below 50 or above 165.
    expect(statistic).toBeGreaterThan(50);
    expect(statistic).toBeLessThan(165);
    const correlation = (a: Float32Array, b: Float32Array) =>
      (12 * a.reduce((sum, v, i) => sum + (v - 0.5) * (b[i]! - 0.5), 0)) / a.length;
    // Standard error 0.003.
    expect(Math.abs(correlation(first, second))).toBeLessThan(0.015);
    expect(Math.abs(correlation(first.subarray(1), first.subarray(0, -1)))).toBeLessThan(0.015);
    expect(Math.abs(correlation(first.subarray(100), first.subarray(0, -100)))).toBeLessThan(0.015);
  });

  it('lies within (0, 1), never at an end', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.nat(), fc.nat(1000), (seed, row, column) => {
        const u = uniformAt(randomKey(seed), row, column);
        expect(u).toBeGreaterThan(0);
        expect(u).toBeLessThan(1);
        expect(Math.fround(u)).toBe(u);
      }),
    );
  });

  it('draws by row and column, whatever else is drawn', () => {
    const key = randomKey(4);
    const whole = new Float32Array(7000);
    fillUniforms(key, rowIds, 7, whole);
    const some = new Float32Array(14);
    fillUniforms(key, [900, 3], 7, some);
    expect(some).toEqual(Float32Array.of(...whole.slice(6300, 6307), ...whole.slice(21, 28)));
    expect(uniformAt(key, 900, 2)).toBe(some[2]);
  });
});

describe('fillNormals', () => {
  it.each([10, 7])('is standard normal, by its moments over rows of %i', (columns) => {
    const values = new Float32Array(1000 * columns);
    fillNormals(randomKey(5), rowIds, columns, values);
    const moment = (power: number) => values.reduce((sum, v) => sum + v ** power, 0) / values.length;
    const error = 1 / Math.sqrt(values.length);
    expect(Math.abs(moment(1))).toBeLessThan(4 * error);
    expect(Math.abs(moment(2) - 1)).toBeLessThan(4 * Math.SQRT2 * error);
    expect(Math.abs(moment(3))).toBeLessThan(4 * Math.sqrt(15) * error);
    expect(Math.abs(moment(4) - 3)).toBeLessThan(4 * Math.sqrt(96) * error);
  });

  it('has the tails of the normal distribution, as far as they go', () => {
    const values = new Float32Array(1_000_000);
    fillNormals(randomKey(7), rowIds, 1000, values);
    for (const [bound, probability] of [
      [1, 0.317311],
      [2, 0.0455],
      [3, 0.0027],
      [4, 6.334e-5],
    ] as const) {
      const beyond = values.reduce((count, v) => count + (Math.abs(v) > bound ? 1 : 0), 0);
      expect(Math.abs(beyond - 1e6 * probability)).toBeLessThan(4.5 * Math.sqrt(1e6 * probability));
    }
    const [lowest, highest] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
    expect([lowest, highest]).toEqual([Math.fround(normalQuantile(0.5 / 65_536)), -lowest]);
    expect(highest).toBeLessThan(4.325);
  });

  it('is uncorrelated between neighbouring columns, of one generator call or not, and rows', () => {
    const values = new Float32Array(200_000);
    fillNormals(randomKey(8), rowIds, 200, values);
    for (const lag of [1, 2, 3, 4, 200]) {
      const sum = values.subarray(lag).reduce((total, v, i) => total + v * values[i]!, 0);
      // Standard error 0.0022.
      expect(Math.abs(sum / (values.length - lag))).toBeLessThan(0.01);
    }
  });

  it('draws by row and column, whatever else is drawn', () => {
    const whole = new Float32Array(7000);
    fillNormals(randomKey(6), rowIds, 7, whole);
    for (const columns of [1, 2, 3, 4, 6]) {
      const one = new Float32Array(columns);
      fillNormals(randomKey(6), [700], columns, one);
      expect(one).toEqual(whole.slice(4900, 4900 + columns));
    }
  });
});
