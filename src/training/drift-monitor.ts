import type { CodeCounts } from '../columns/count-codes.js';
import { stabilityIndex } from './stability-index.js';
import type { ColumnDrift } from './training-event.js';

/** Compares recent rows with a reference, column by column. */
export interface DriftMonitor {
  /** Takes the counts of the next rows; gives how far each column has moved, the furthest first, where any has. */
  add(counts: readonly CodeCounts[]): readonly ColumnDrift[] | undefined;
}

/** Comparisons in the time that the window takes to have other rows throughout. */
const CHECKS = 5;

/**
 * A monitor with a window of the last `windowBatches` counts, compared with the reference five times a window. A column has moved
 * when its stability index is above `threshold` and beyond what sampling gives. After that, the next whole window becomes the
 * reference, so that each change is told once.
 */
export function createDriftMonitor(
  reference: readonly CodeCounts[],
  { windowBatches, threshold }: { readonly windowBatches: number; readonly threshold: number },
): DriftMonitor {
  const every = Math.ceil(windowBatches / CHECKS);
  let window: (readonly CodeCounts[])[] = [];
  let sinceCheck = 0;
  let settling = false;
  let expected = reference.map(({ column, cells, foreignExpected }) => {
    const withForeign = Float64Array.from(cells);
    withForeign[cells.length - 1] = (cells.at(-1) as number) + foreignExpected;
    return { column, cells: withForeign };
  });

  const recent = () =>
    expected.map(({ column, cells }, place) => {
      const sum = new Float64Array(cells.length);
      for (const counts of window) {
        counts[place]?.cells.forEach((count, cell) => {
          sum[cell] = (sum[cell] as number) + count;
        });
      }
      return { column, cells: sum };
    });
  const compare = (): ColumnDrift[] =>
    recent()
      .map(({ column, cells }, place) => {
        const { index, significant } = stabilityIndex(expected[place]?.cells ?? cells, cells);
        const rows = cells.reduce((sum, count) => sum + count, 0);
        return {
          column,
          index,
          unseen: (cells.at(-1) as number) / Math.max(1, rows),
          moved: significant && index > threshold,
        };
      })
      .sort((a, b) => b.index - a.index);

  return {
    add(counts) {
      window.push(counts);
      if (window.length > windowBatches) window.shift();
      if (settling) {
        if (window.length < windowBatches) return undefined;
        expected = recent();
        window = [];
        settling = false;
        return undefined;
      }
      sinceCheck += 1;
      if (sinceCheck < every) return undefined;
      sinceCheck = 0;
      const columns = compare();
      if (!columns.some(({ moved }) => moved)) return undefined;
      window = [];
      settling = true;
      return columns;
    },
  };
}
