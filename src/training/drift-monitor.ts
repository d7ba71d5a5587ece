import type { CodeCounts } from '../columns/count-codes.js';
import { stabilityIndex } from './stability-index.js';
import type { ColumnDrift } from './training-event.js';

/** Compares recent rows with a reference, column by column. */
export interface DriftMonitor {
  /**
   * Takes the counts of the next batch; where drift is to be told, gives how far each column is from the reference, the
   * furthest first, and the rows that were compared with it.
   */
  add(counts: readonly CodeCounts[]): { readonly rows: number; readonly columns: readonly ColumnDrift[] } | undefined;
}

/** Parts of a window. */
const PARTS = 5;

/**
 * A monitor with a window of the last `windowBatches` counts. Five times in a window it compares the window's ends (its
 * last fifth, its last two fifths, ..., all of it) with the reference, so that no change is thinned out by rows from before
 * it (as in ADWIN: Bifet and Gavalda, "Learning from time-changing data with adaptive windowing", 2007). A column has moved when
 * for one of them the stability index is above `threshold` and beyond what sampling gives. Drift is told a fifth of a
 * window after it is first seen: by then the columns that moved less have shown. After that, the next whole window becomes
 * the reference, so that each change is told once.
 */
export function createDriftMonitor(
  reference: readonly CodeCounts[],
  { windowBatches, threshold }: { readonly windowBatches: number; readonly threshold: number },
): DriftMonitor {
  const part = Math.ceil(windowBatches / PARTS);
  let expected: { readonly column: string; readonly cells: Float64Array }[] = reference.map(
    ({ column, cells, foreignExpected }) => {
      const withForeign = Float64Array.from(cells);
      withForeign[cells.length - 1] = (cells.at(-1) as number) + foreignExpected;
      return { column, cells: withForeign };
    },
  );
  let window: (readonly CodeCounts[])[] = [];
  let sinceCheck = 0;
  let state: 'watching' | 'suspecting' | 'settling' = 'watching';

  const cellsOf = (place: number, from: number): Float64Array => {
    const sum = new Float64Array(expected[place]?.cells.length ?? 0);
    for (const counts of window.slice(from)) {
      counts[place]?.cells.forEach((count, cell) => {
        sum[cell] = (sum[cell] as number) + count;
      });
    }
    return sum;
  };
  const compareEnd = (place: number, from: number): ColumnDrift => {
    const { column = '', cells: usual = [] } = expected[place] ?? {};
    const recent = cellsOf(place, from);
    const { index, significant } = stabilityIndex(usual, recent);
    const rows = recent.reduce((sum, count) => sum + count, 0);
    return {
      column,
      index,
      unseen: (recent.at(-1) as number) / Math.max(1, rows),
      moved: significant && index > threshold,
    };
  };
  /** The end of the window that is furthest from the reference, of those that have moved if there are any. */
  const compare = (place: number): ColumnDrift => {
    const ends: ColumnDrift[] = [];
    for (let from = window.length - part; from > -part; from -= part) ends.push(compareEnd(place, Math.max(0, from)));
    return ends.sort((a, b) => Number(b.moved) - Number(a.moved) || b.index - a.index)[0] as ColumnDrift;
  };

  return {
    add(counts) {
      window.push(counts);
      if (window.length > windowBatches) window.shift();
      if (state === 'settling') {
        if (window.length < windowBatches) return undefined;
        expected = expected.map(({ column }, place) => ({ column, cells: cellsOf(place, 0) }));
        window = [];
        state = 'watching';
        return undefined;
      }
      sinceCheck += 1;
      if (sinceCheck < part) return undefined;
      sinceCheck = 0;
      const columns = expected.map((_, place) => compare(place)).sort((a, b) => b.index - a.index);
      if (!columns.some(({ moved }) => moved)) {
        state = 'watching';
        return undefined;
      }
      if (state === 'watching') {
        state = 'suspecting';
        return undefined;
      }
      const rows = cellsOf(0, 0).reduce((sum, count) => sum + count, 0);
      window = [];
      state = 'settling';
      return { rows, columns };
    },
  };
}
