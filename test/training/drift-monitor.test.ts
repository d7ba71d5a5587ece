import { describe, expect, it } from 'vitest';
import { createDriftMonitor } from '../../src/training/drift-monitor.js';

const counts = (a: number[], b: number[], foreignExpected = 0) => [
  { column: 'a', cells: Float64Array.from(a), foreignExpected },
  { column: 'b', cells: Float64Array.from(b), foreignExpected: 0 },
];
const usual = counts([50, 50, 0], [80, 20, 0]);
const other = counts([50, 50, 0], [20, 80, 0]);
const reference = counts([500, 500, 0], [800, 200, 0]);
const options = { windowBatches: 10, threshold: 0.2 };

describe('createDriftMonitor', () => {
  it('says nothing while rows are as the reference', () => {
    const monitor = createDriftMonitor(reference, options);
    for (let i = 0; i < 100; i += 1) expect(monitor.add(usual)).toBeUndefined();
  });

  it('names what moved within a window, once, and how much is new', () => {
    const monitor = createDriftMonitor(reference, options);
    for (let i = 0; i < 20; i += 1) monitor.add(usual);
    const found = Array.from({ length: 100 }, () => monitor.add(other));
    const places = found.flatMap((columns, i) => (columns === undefined ? [] : [i]));
    expect(places).toHaveLength(1);
    expect(places[0]).toBeLessThan(10);
    const { columns, rows } = found[places[0]!]!;
    const [first, second] = columns;
    expect(rows).toBe(1000);
    expect(first).toMatchObject({ column: 'b', moved: true, unseen: 0 });
    expect(first!.index).toBeGreaterThan(0.2);
    expect(second).toMatchObject({ column: 'a', moved: false });
    const back = Array.from({ length: 10 }, () => monitor.add(usual));
    expect(back.filter((columns) => columns !== undefined)).toHaveLength(1);
  });

  it('counts what fitting never saw, but for what one expects of it', () => {
    const foreign = counts([45, 45, 10], [80, 20, 0]);
    const monitor = createDriftMonitor(reference, options);
    // Seen in the first batches of a stream, there are no more to compare.
    const told = Array.from({ length: 4 }, () => monitor.add(foreign)).find((drift) => drift !== undefined);
    expect(told?.rows).toBe(400);
    expect(told?.columns[0]).toMatchObject({ column: 'a', moved: true, unseen: 0.1 });
    const expected = createDriftMonitor(counts([500, 500, 0], [800, 200, 0], 100), options);
    for (let i = 0; i < 20; i += 1) expect(expected.add(foreign)).toBeUndefined();
  });

  it('takes the threshold it is given', () => {
    const slightly = counts([50, 50, 0], [65, 35, 0]);
    const found = (threshold: number) => {
      const monitor = createDriftMonitor(reference, { windowBatches: 10, threshold });
      return Array.from({ length: 20 }, () => monitor.add(slightly)).some((columns) => columns !== undefined);
    };
    expect(found(0.2)).toBe(false);
    expect(found(0.05)).toBe(true);
  });
});
