import { Utf8 } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { planBalance } from '../../src/operators/balance.js';
import { batchOf, fitted } from '../conformance/describe-column.js';

describe('planBalance', () => {
  it('takes what is kept to itself for no class', () => {
    const kinds = Array.from({ length: 63 }, (_, i) => (i < 40 ? 'a' : i < 60 ? 'b' : `rare ${i}`));
    const codec = fitted([batchOf(new Utf8(), kinds)]);
    const plan = planBalance(codec, 'x', 0);
    const codes = codec.encode(batchOf(new Utf8(), kinds)).filter((_, i) => i % 2 === 0);
    const variants = [...codes].map((code) => plan.next(code));
    // The 20 of b become as many as there are of a.
    expect(variants.slice(0, 40).every((count) => count === 0)).toBe(true);
    expect(variants.slice(40, 60).every((count) => count === 1)).toBe(true);
    expect(variants.slice(60)).toEqual([0, 0, 0]);
    expect(() => planBalance(codec, { column: 'x', shares: { c: 1 } }, 0)).toThrow('values of `x` (a, b), got c');
  });
});
