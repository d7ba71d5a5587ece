import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Calendar, calendarGrid, type NumberGrid, steppedGrid } from '../../src/columns/number-grid.js';

const day = fc.constantFrom(1, 86_400, 86_400_000);
const time = fc.integer({ min: -80_000, max: 80_000 });
const months = fc
  .record({
    every: fc.integer({ min: 1, max: 24 }),
    from: fc.nat(),
    monthDay: fc.integer({ min: 0, max: 28 }),
    day,
    time,
  })
  .map((calendar): Calendar => ({ of: 'months', ...calendar, from: calendar.from % calendar.every }));
const weekdays = fc
  .record({ weekdays: fc.subarray([0, 1, 2, 3, 4, 5, 6], { minLength: 1 }), day, time })
  .map((calendar): Calendar => ({ of: 'weekdays', ...calendar }));
const grid = fc.oneof(
  fc.oneof(months, weekdays).map(calendarGrid),
  fc
    .record({ step: fc.integer({ min: 1, max: 90_000 }), offset: fc.nat() })
    .map(({ step, offset }) => steppedGrid(step, offset % step)),
);

function expectNearest(numbers: NumberGrid, value: number): void {
  const index = numbers.indexOf(value);
  const distance = (i: number) => Math.abs(numbers.at(i) - value);
  expect(distance(index)).toBeLessThanOrEqual(distance(index - 1));
  expect(distance(index)).toBeLessThanOrEqual(distance(index + 1));
}

describe('numberGrid', () => {
  it('rises, gives back its indices, and is exact', () => {
    fc.assert(
      fc.property(grid, fc.integer({ min: -5000, max: 5000 }), (numbers, index) => {
        expect(numbers.at(index + 1)).toBeGreaterThan(numbers.at(index));
        expect(numbers.indexOf(numbers.at(index))).toBe(index);
        expect(numbers.exactAt(index)).toBe(BigInt(numbers.at(index)));
      }),
      { numRuns: 1000 },
    );
  });

  it('finds the nearest', () => {
    fc.assert(fc.property(grid, fc.double({ min: -1e9, max: 1e9, noNaN: true }), expectNearest), { numRuns: 1000 });
  });
});
