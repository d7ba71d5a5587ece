import { describe, expect, it } from 'vitest';
import { createDistinctCount, mixBits } from '../../src/columns/distinct-count.js';
import { createFrequentNumbers } from '../../src/columns/frequent-numbers.js';
import { createTextCounter } from '../../src/columns/text-counter.js';
import { randomKey, wordsAt } from '../../src/random.js';

const rows = 200_000;
/** Every 25th row holds -1, every 40th of the others -2, the rest are different. */
const keyAt = (i: number) => (i % 25 === 0 ? -1 : i % 40 === 1 ? -2 : wordsAt(randomKey(2), i, 0).low);
const truth = (key: number) => Array.from({ length: rows }, (_, i) => keyAt(i)).filter((k) => k === key).length;

describe('createFrequentNumbers', () => {
  it('is exact for few numbers', () => {
    const items = createFrequentNumbers(2);
    for (const value of [5, -1, 5, 0, 2.5]) items.add(value);
    expect(items.exact).toBe(true);
    expect(items.entries()).toEqual([
      [-1, 1],
      [0, 1],
      [2.5, 1],
      [5, 2],
    ]);
  });

  it('finds heavy numbers among many in one pass, short by at most rows / capacity', () => {
    const items = createFrequentNumbers(500);
    for (let i = 0; i < rows; i += 1) items.add(keyAt(i));
    expect(items.exact).toBe(false);
    expect(items.entries().length).toBeLessThanOrEqual(1000);
    const counts = new Map(items.entries());
    for (const heavy of [-1, -2]) {
      expect(counts.get(heavy)!).toBeLessThanOrEqual(truth(heavy));
      expect(counts.get(heavy)!).toBeGreaterThanOrEqual(truth(heavy) - rows / 500);
    }
  });
});

describe('createTextCounter', () => {
  it('finds heavy texts among many, sorts them, and estimates how many there were', () => {
    const texts = createTextCounter({ capacity: 500 });
    const encoder = new TextEncoder();
    const seen = new Set<number>();
    for (let i = 0; i < rows; i += 1) {
      seen.add(keyAt(i));
      const bytes = encoder.encode(`key ${keyAt(i)}`);
      texts.add(bytes, 0, bytes.length);
    }
    const [first, second] = texts.entries();
    expect([first![0], second![0]]).toEqual(['key -1', 'key -2']);
    expect(first![1]).toBeLessThanOrEqual(truth(-1));
    expect(first![1]).toBeGreaterThanOrEqual(truth(-1) - rows / 500);
    expect(texts.exact).toBe(false);
    expect(Math.abs(texts.distinct / seen.size - 1)).toBeLessThan(0.06);
  });

  it('bounds the bytes it keeps', () => {
    const texts = createTextCounter({ capacity: 500, maxBytes: 10_000 });
    for (let i = 0; i < 300; i += 1) {
      const bytes = new Uint8Array(1000).fill(65);
      bytes[i] = 66;
      texts.add(bytes, 0, bytes.length);
    }
    expect(texts.entries().length).toBeLessThanOrEqual(10);
    expect(texts.count).toBe(300);
    expect(texts.meanLength).toBe(1000);
  });
});

describe('createDistinctCount', () => {
  it.each([10, 1000, 30_000, 1_000_000])('counts %i within 6 %', (n) => {
    const hashes = createDistinctCount();
    for (let i = 0; i < n; i += 1) for (let twice = 0; twice < 2; twice += 1) hashes.add(mixBits(i * 8));
    expect(Math.abs(hashes.estimate() / n - 1)).toBeLessThan(0.06);
  });
});
