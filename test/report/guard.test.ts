import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COPIED, createGuard, PASSED, TOO_NEAR } from '../../src/report/guard.js';
import { nearestTwo } from '../../src/report/nearest-two.js';
import { type Points, type RecordColumn, recordSpace } from '../../src/report/record-space.js';

const number = (values: readonly number[]): RecordColumn => ({
  kind: 'number',
  numbers: Float64Array.from(values),
  codes: new Int32Array(),
});
const category = (values: readonly number[]): RecordColumn => ({
  kind: 'category',
  numbers: new Float64Array(),
  codes: Int32Array.from(values),
});
/** Rows of cells as columns: the first so many are categories, the rest numbers. */
const tableOf = (rows: readonly (readonly number[])[], categories: number, width: number) =>
  Array.from({ length: width }, (_, c) => (c < categories ? category : number)(rows.map((row) => row[c] as number)));
const rowsOf = ({ ranked, coded }: { ranked: number; coded: number }, points: Points, rows: readonly number[]) => ({
  rows: rows.length,
  ranks: Float32Array.from(rows.flatMap((row) => [...points.ranks.subarray(row * ranked, (row + 1) * ranked)])),
  codes: Int32Array.from(rows.flatMap((row) => [...points.codes.subarray(row * coded, (row + 1) * coded)])),
});

/** The definition, word for word: distances of records to the nearest reference record that occurs once. */
function naive(space: ReturnType<typeof recordSpace>, reference: Points, records: Points) {
  const all = Array.from({ length: reference.rows }, (_, row) => row);
  const self = nearestTwo(space, reference, reference);
  const once = rowsOf(
    space,
    reference,
    all.filter((row) => (self.second[row] as number) > 0),
  );
  const repeated = rowsOf(
    space,
    reference,
    all.filter((row) => self.second[row] === 0),
  );
  const toOnce = nearestTwo(space, records, once).first;
  const toRepeated = nearestTwo(space, records, repeated).first;
  return Array.from(toOnce, (distance, row) => (toRepeated[row] === 0 ? Number.POSITIVE_INFINITY : distance));
}

const cases = fc
  .record({ categories: fc.integer({ min: 0, max: 4 }), numbers: fc.integer({ min: 0, max: 3 }) })
  .filter(({ categories, numbers }) => categories + numbers > 0)
  .chain(({ categories, numbers }) => {
    const row = fc.tuple(
      ...Array.from({ length: categories }, () => fc.integer({ min: -1, max: 2 })),
      ...Array.from({ length: numbers }, () =>
        fc.oneof(fc.integer({ min: 0, max: 6 }), fc.constant(Number.NaN), fc.double({ min: 0, max: 6, noNaN: true })),
      ),
    );
    return fc.record({
      categories: fc.constant(categories),
      width: fc.constant(categories + numbers),
      reference: fc.array(row, { minLength: 1, maxLength: 40 }),
      records: fc.array(row, { minLength: 1, maxLength: 25 }),
      bound: fc.double({ min: 0, max: 8, noNaN: true }),
      share: fc.double({ min: 0, max: 0.5, noNaN: true }),
    });
  });

describe('createGuard', () => {
  it('refuses what is nearer than the bound to a record that occurs once, and copies of those', () => {
    fc.assert(
      fc.property(cases, ({ categories, width, reference, records, bound }) => {
        const real = tableOf(reference, categories, width);
        const space = recordSpace(real);
        const [all, asked] = [space.place(real), space.place(tableOf(records, categories, width))];
        const guard = createGuard(space, all, asked, { minDistance: bound });
        const copies = categories < width || bound > 0;
        const expected = naive(space, all, asked).map((distance) => {
          if (distance === 0) return copies ? COPIED : PASSED;
          return distance < bound ? TOO_NEAR : PASSED;
        });
        expect([...guard.judge(asked)]).toEqual(expected);
        expect(guard.freshShare).toBeCloseTo(expected.filter(Boolean).length / expected.length, 12);
      }),
    );
  });

  it('takes the largest bound that refuses at most a share of fresh records', () => {
    fc.assert(
      fc.property(cases, ({ categories, width, reference, records, share }) => {
        const real = tableOf(reference, categories, width);
        const space = recordSpace(real);
        const [all, fresh] = [space.place(real), space.place(tableOf(records, categories, width))];
        const { minDistance } = createGuard(space, all, fresh, { minShare: share });
        const distances = naive(space, all, fresh);
        const below = (bound: number) => distances.filter((distance) => distance < bound).length;
        // Single precision: the sums are of the same ranks in another order.
        expect(below(minDistance - 1e-5)).toBeLessThanOrEqual(share * fresh.rows);
        // A bound above would refuse the record it stands at, unless no other is left.
        const more = below(minDistance + 1e-5);
        expect(more > share * fresh.rows || more === distances.filter(Number.isFinite).length).toBe(true);
      }),
    );
  });

  it('leaves each record of the reference out in its turn where there are no others', () => {
    const real = [number([0, 0, 10, 20, 31, 31, 31]), category([0, 0, 0, 0, 1, 1, 1])];
    const space = recordSpace(real);
    const points = space.place(real);
    const rows = Int32Array.from({ length: 7 }, (_, row) => row);
    // The twins are each other's copies; the triplets pass; the other two are 1/7 apart.
    const guard = createGuard(space, points, rows, { minShare: 0.3 });
    expect(guard.guarded).toBe(2);
    expect(guard.minDistance).toBeCloseTo(1 / 7, 6);
    expect(guard.freshShare).toBeCloseTo(2 / 7, 12);
  });

  it('lets the bound alone decide where all columns are categories', () => {
    const real = [category([0, 1, 1, 2]), category([0, 1, 1, 2])];
    const space = recordSpace(real);
    const asked = space.place([category([0, 1, 2, 3]), category([0, 1, 0, 3])]);
    const judged = (minDistance: number) => [
      ...createGuard(space, space.place(real), asked, { minDistance }).judge(asked),
    ];
    expect(judged(0)).toEqual([PASSED, PASSED, PASSED, PASSED]);
    expect(judged(1)).toEqual([COPIED, PASSED, PASSED, PASSED]);
    expect(judged(2)).toEqual([COPIED, PASSED, TOO_NEAR, PASSED]);
  });
});
