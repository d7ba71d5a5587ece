import type { BinnedFeatures } from './boosted-trees.js';
import { MISSING_BIN } from './feature-bins.js';

/** Numbers of a bin: gradient, curvature, rows. */
export const PARTS = 3;

/** Features laid out for histograms, which have room for bins that are in use alone. */
export interface HistogramLayout {
  readonly features: BinnedFeatures;
  /** Their columns, the missing bin being the one after the last that is in use. */
  readonly columns: readonly Uint8Array[];
  /** Where the bins of each column begin, and where all of them end. */
  readonly offsets: Int32Array;
  /** Sums of histograms that are not needed any more, to be used again. */
  readonly spare: Float64Array[];
}

/** The sums of a set of rows. */
export interface Totals {
  readonly gradient: number;
  readonly curvature: number;
  readonly rows: number;
}

/** The sums of a set of rows, in all and by column and bin: [bins of all columns, (gradient, curvature, rows)]. */
export interface Histogram extends Totals {
  readonly sums: Float64Array;
}

/** Lays features out, once for all trees that are fitted to them. */
export function histogramLayout(features: BinnedFeatures): HistogramLayout {
  const offsets = new Int32Array(features.columns.length + 1);
  const columns = features.columns.map((bins, column) => {
    let missing = 0;
    for (const bin of bins) if (bin !== MISSING_BIN && bin >= missing) missing = bin + 1;
    offsets[column + 1] = (offsets[column] as number) + missing + 1;
    return bins.map((bin) => (bin === MISSING_BIN ? missing : bin));
  });
  return { features, columns, offsets, spare: [] };
}

/** Adds rows up, without bins. */
export function totalsOf(gradient: Float64Array, curvature: Float64Array, rows: Int32Array): Totals {
  let [g, h] = [0, 0];
  for (const row of rows) {
    g += gradient[row] as number;
    h += curvature[row] as number;
  }
  return { gradient: g, curvature: Math.max(h, 1e-12), rows: rows.length };
}

/** The totals of the rows that are in the whole but not in the part. */
export function totalsLess(whole: Totals, part: Totals): Totals {
  return {
    gradient: whole.gradient - part.gradient,
    curvature: Math.max(whole.curvature - part.curvature, 1e-12),
    rows: whole.rows - part.rows,
  };
}

/** Adds rows up by column and bin. */
export function sumsOf(
  { columns, offsets, spare }: HistogramLayout,
  gradient: Float64Array,
  curvature: Float64Array,
  rows: Int32Array,
): Float64Array {
  const sums = spare.pop()?.fill(0) ?? new Float64Array((offsets.at(-1) as number) * PARTS);
  // Gathered once, not once a column.
  const gradients = Float64Array.from(rows, (row) => gradient[row] as number);
  const curvatures = Float64Array.from(rows, (row) => curvature[row] as number);
  for (let column = 0; column < columns.length; column += 1) {
    const bins = columns[column] as Uint8Array;
    const offset = offsets[column] as number;
    for (let r = 0; r < rows.length; r += 1) {
      const at = (offset + (bins[rows[r] as number] as number)) * PARTS;
      sums[at] = (sums[at] as number) + (gradients[r] as number);
      sums[at + 1] = (sums[at + 1] as number) + (curvatures[r] as number);
      sums[at + 2] = (sums[at + 2] as number) + 1;
    }
  }
  return sums;
}

/** The sums of the rows that are in the whole but not in the part, in the memory of the whole, which is no more. */
export function sumsLess(whole: Float64Array, part: Float64Array): Float64Array {
  for (let i = 0; i < whole.length; i += 1) whole[i] = (whole[i] as number) - (part[i] as number);
  return whole;
}
