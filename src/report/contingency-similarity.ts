import { countLabels } from './count-labels.js';
import { tvComplement } from './tv-complement.js';

/** The labels of a column, row by row: whole numbers from -1, which stands for null. */
export interface Labels {
  readonly rows: Int32Array;
  /** The largest of them, 0 at least. */
  readonly largest: number;
}

/** The labels of two columns of a table. */
export type LabelPair = readonly [Labels, Labels];

/** Labels with what they are counted by, found once for all pairs of a column. */
export function labelsOf(rows: Int32Array): Labels {
  let largest = 0;
  for (const label of rows) if (label > largest) largest = label;
  return { rows, largest };
}

/** Contingency tables of up to so many cells are counted in arrays: ten times as fast as in maps. */
const DENSE_CELLS = 1e6;

/**
 * 1 - 1/2 sum |p_real - p_synthetic| over pairs of labels, in [0, 1], 1 being the same contingency table (SDMetrics,
 * ContingencySimilarity). Cost: one pass over the rows.
 */
export function contingencySimilarity(real: LabelPair, synthetic: LabelPair): number {
  const width = 2 + Math.max(real[1].largest, synthetic[1].largest);
  const cells = width * (2 + Math.max(real[0].largest, synthetic[0].largest));
  return cells <= DENSE_CELLS
    ? denseComplement(countInArray(real, width, cells), countInArray(synthetic, width, cells), [
        real[0].rows.length,
        synthetic[0].rows.length,
      ])
    : tvComplement(countInMap(real, width), countInMap(synthetic, width));
}

/** As `tvComplement`, of the rows in each cell. */
function denseComplement(real: Uint32Array, synthetic: Uint32Array, rows: readonly [number, number]): number {
  const [a, b] = rows;
  if (a === 0 || b === 0) return a === b ? 1 : 0;
  let apart = 0;
  for (let cell = 0; cell < real.length; cell += 1) {
    const count = real[cell] as number;
    if (count > 0) apart += Math.abs(count / a - (synthetic[cell] as number) / b);
  }
  for (let cell = 0; cell < real.length; cell += 1) {
    if (real[cell] === 0) apart += (synthetic[cell] as number) / b;
  }
  return 1 - apart / 2;
}

function countInArray([first, second]: LabelPair, width: number, cells: number): Uint32Array {
  const counts = new Uint32Array(cells);
  for (let row = 0; row < first.rows.length; row += 1) {
    const cell = ((first.rows[row] as number) + 1) * width + (second.rows[row] as number) + 1;
    counts[cell] = (counts[cell] as number) + 1;
  }
  return counts;
}

function countInMap([first, second]: LabelPair, width: number): ReadonlyMap<number, number> {
  return countLabels(
    Float64Array.from(first.rows, (label, row) => (label + 1) * width + (second.rows[row] as number) + 1),
  );
}
