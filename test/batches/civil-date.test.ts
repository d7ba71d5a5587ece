import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { civilDateOf, daysOfCivil } from '../../src/batches/civil-date.js';

describe('civilDateOf', () => {
  it('is what JavaScript says, and comes back', () => {
    fc.assert(
      fc.property(fc.integer({ min: -99_999_999, max: 99_999_999 }), (days) => {
        const date = new Date(days * 86_400_000);
        const civil = civilDateOf(days);
        expect(civil).toEqual({ year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() });
        expect(daysOfCivil(civil)).toBe(days);
      }),
      { numRuns: 2000 },
    );
  });

  it('counts days beyond the ends of a month into its neighbours', () => {
    expect(civilDateOf(daysOfCivil({ year: 2024, month: 3, day: 0 }))).toEqual({ year: 2024, month: 2, day: 29 });
    expect(civilDateOf(daysOfCivil({ year: 2023, month: 2, day: 29 }))).toEqual({ year: 2023, month: 3, day: 1 });
  });
});
