import { describe, expect, it } from 'vitest';
import { randomKey } from '../../src/random.js';
import { createRecentRows } from '../../src/training/recent-rows.js';

const rowsOf = (...rows: number[]) => Uint16Array.from(rows.flatMap((row) => [row, row + 100]));
const layout = { width: 2, storage: 'codes' } as const;

describe('createRecentRows', () => {
  it('keeps the last rows, each in the place of the oldest', () => {
    const recent = createRecentRows(layout, { rows: 4 });
    expect([...recent.add(rowsOf(1, 2, 3))]).toEqual([0, 1, 2]);
    expect(recent.table).toMatchObject({ width: 2, rows: 3, values: rowsOf(1, 2, 3) });
    expect([...recent.add(rowsOf(4, 5))]).toEqual([3, 0]);
    expect(recent.table).toMatchObject({ rows: 4, values: rowsOf(5, 2, 3, 4) });
  });

  it('keeps the last of more rows than there is room for', () => {
    const recent = createRecentRows(layout, { rows: 3 });
    const places = recent.add(rowsOf(1, 2, 3, 4, 5));
    expect([...places].map((place) => recent.table.values[2 * place])).toEqual([3, 4, 5]);
    const most = { rows: 100, mostValues: 6 };
    expect(createRecentRows(layout, most).add(rowsOf(1, 2, 3, 4))).toHaveLength(3);
    expect(createRecentRows(layout, { ...most, leastRows: 4 }).add(rowsOf(1, 2, 3, 4))).toHaveLength(4);
  });

  it('draws from all rows alike, by the key alone', () => {
    const recent = createRecentRows(layout, { rows: 4 });
    recent.add(rowsOf(1, 2, 3));
    const drawn = recent.draw(3000, randomKey(1));
    for (const place of [0, 1, 2]) expect(drawn.filter((each) => each === place).length).toBeGreaterThan(900);
    expect(Math.max(...drawn)).toBe(2);
    expect(recent.draw(3000, randomKey(1))).toEqual(drawn);
    expect(recent.draw(3000, randomKey(2))).not.toEqual(drawn);
  });
});
