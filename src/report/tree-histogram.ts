import type { BinnedFeatures } from './feature-bins.js';
import { MISSING_BIN } from './feature-bins.js';

/** Features laid out for histograms, which have room for bins that are in use alone. */
export interface HistogramLayout {
  readonly features: BinnedFeatures;
  /** Where the bins of each column begin, the missing one being the last, and where all of them end. */
  readonly offsets: Int32Array;
  /** The bin of each value, by its place among all [rows, columns]. */
  readonly places: Int32Array;
  /** Sums that no histogram needs any more, to be used again. */
  readonly spare: BinSums[];
}

/** The sums of a set of rows. */
export interface Totals {
  readonly gradient: number;
  readonly curvature: number;
  readonly rows: number;
}

/** The sums of a set of rows by column and bin. */
export interface BinSums {
  /** [bins of all columns, (gradient, curvature)]; of bins without rows what rounding left. */
  readonly derivatives: Float64Array;
  /** Rows of each bin, of all columns. */
  readonly counts: Int32Array;
}

/** Lays features out, once for all trees that are fitted to them. */
export function histogramLayout(features: BinnedFeatures): HistogramLayout {
  const { rows, columns } = features;
  const offsets = new Int32Array(columns.length + 1);
  const places = new Int32Array(rows * columns.length);
  columns.forEach((bins, column) => {
    const offset = offsets[column] as number;
    let missing = 0;
    for (const bin of bins) if (bin !== MISSING_BIN && bin >= missing) missing = bin + 1;
    for (let row = 0; row < rows; row += 1) {
      const bin = bins[row] as number;
      places[row * columns.length + column] = offset + (bin === MISSING_BIN ? missing : bin);
    }
    offsets[column + 1] = offset + missing + 1;
  });
  return { features, offsets, places, spare: [] };
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

/** Adds rows up by column and bin: row by row, as one sum after the other waits for nothing where bins differ. */
export function sumsOf(
  { features, offsets, places, spare }: HistogramLayout,
  gradient: Float64Array,
  curvature: Float64Array,
  rows: Int32Array,
): BinSums {
  const sums = emptied(spare.pop()) ?? newSums(offsets.at(-1) as number);
  const { derivatives, counts } = sums;
  const width = features.columns.length;
  for (let r = 0; r < rows.length; r += 1) {
    const row = rows[r] as number;
    const [g, h] = [gradient[row] as number, curvature[row] as number];
    for (let i = row * width; i < (row + 1) * width; i += 1) {
      const at = places[i] as number;
      derivatives[2 * at] = (derivatives[2 * at] as number) + g;
      derivatives[2 * at + 1] = (derivatives[2 * at + 1] as number) + h;
      counts[at] = (counts[at] as number) + 1;
    }
  }
  return sums;
}

function newSums(bins: number): BinSums {
  return { derivatives: new Float64Array(2 * bins), counts: new Int32Array(bins) };
}

function emptied(sums: BinSums | undefined): BinSums | undefined {
  sums?.derivatives.fill(0);
  sums?.counts.fill(0);
  return sums;
}

/** The sums of the rows that are in the whole but not in the part, in the memory of the whole, which is no more. */
export function sumsLess(whole: BinSums, part: BinSums): BinSums {
  const { derivatives, counts } = whole;
  for (let at = 0; at < counts.length; at += 1) {
    const count = part.counts[at] as number;
    if (count === 0) continue;
    derivatives[2 * at] = (derivatives[2 * at] as number) - (part.derivatives[2 * at] as number);
    derivatives[2 * at + 1] = (derivatives[2 * at + 1] as number) - (part.derivatives[2 * at + 1] as number);
    counts[at] = (counts[at] as number) - count;
  }
  return whole;
}
