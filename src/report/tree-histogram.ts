import type { BinnedFeatures } from './boosted-trees.js';
import { MISSING_BIN } from './feature-bins.js';

const BINS = MISSING_BIN + 1;

/** The sums of a set of rows, in all and by column and bin: [columns, 256, (gradient, curvature, rows)]. */
export interface Histogram {
  readonly sums: Float64Array;
  readonly gradient: number;
  readonly curvature: number;
  readonly rows: number;
}

/** A question that parts a set of rows in two. */
export interface Split {
  readonly gain: number;
  readonly column: number;
  /** 1 for each bin that goes left. */
  readonly goesLeft: Uint8Array;
}

/** Adds up rows. */
export function histogramOf(
  { columns }: BinnedFeatures,
  gradient: Float64Array,
  curvature: Float64Array,
  rows: Int32Array,
): Histogram {
  const sums = new Float64Array(columns.length * BINS * 3);
  columns.forEach((bins, column) => {
    const base = column * BINS * 3;
    for (let r = 0; r < rows.length; r += 1) {
      const row = rows[r] as number;
      const at = base + (bins[row] as number) * 3;
      sums[at] = (sums[at] as number) + (gradient[row] as number);
      sums[at + 1] = (sums[at + 1] as number) + (curvature[row] as number);
      sums[at + 2] = (sums[at + 2] as number) + 1;
    }
  });
  let [g, h] = [0, 0];
  for (const row of rows) {
    g += gradient[row] as number;
    h += curvature[row] as number;
  }
  return { sums, gradient: g, curvature: Math.max(h, 1e-12), rows: rows.length };
}

/** The sums of the rows that are in the whole but not in the part, in the memory of the whole, which is no more. */
export function subtract(whole: Histogram, part: Histogram): Histogram {
  const { sums } = whole;
  for (let i = 0; i < sums.length; i += 1) sums[i] = (sums[i] as number) - (part.sums[i] as number);
  return {
    sums,
    gradient: whole.gradient - part.gradient,
    curvature: Math.max(whole.curvature - part.curvature, 1e-12),
    rows: whole.rows - part.rows,
  };
}

/** Added to a level's curvature when levels are ordered by gradient, against levels of few rows (scikit-learn's and LightGBM's 10). */
const LEVEL_SMOOTHING = 10;

/**
 * The split that gains most, undefined where none gains. Ordered bins are cut in two, the missing bin on either side; levels
 * are put in the order of their mean gradient first, in which the best cut is the best subset (Fisher 1958).
 */
export function bestSplit(features: BinnedFeatures, histogram: Histogram, minLeafRows: number): Split | undefined {
  let best: { gain: number; column: number; left: number[] } | undefined;
  const parent = histogram.gradient ** 2 / histogram.curvature;
  features.ordered.forEach((ordered, column) => {
    const { sums } = histogram;
    const at = (bin: number) => (column * BINS + bin) * 3;
    const used: number[] = [];
    for (let bin = 0; bin < MISSING_BIN; bin += 1) if ((sums[at(bin) + 2] as number) > 0.5) used.push(bin);
    const missing = (sums[at(MISSING_BIN) + 2] as number) > 0.5;
    if (!ordered && missing) used.push(MISSING_BIN);
    if (!ordered) {
      const slope = (bin: number) => (sums[at(bin)] as number) / ((sums[at(bin) + 1] as number) + LEVEL_SMOOTHING);
      used.sort((a, b) => slope(a) - slope(b) || a - b);
    }
    // What goes left before the first bin: nothing, or the missing ones.
    for (const start of ordered && missing ? [[], [MISSING_BIN]] : [[]]) {
      let [g, h, n] = [0, 0, 0];
      const add = (bin: number) => {
        g += sums[at(bin)] as number;
        h += sums[at(bin) + 1] as number;
        n += sums[at(bin) + 2] as number;
      };
      start.forEach(add);
      for (let k = 0; k < used.length; k += 1) {
        add(used[k] as number);
        if (n < minLeafRows) continue;
        if (histogram.rows - n < minLeafRows) break;
        const rest = histogram.curvature - h;
        if (h < 1e-3 || rest < 1e-3) continue;
        const gain = g ** 2 / h + (histogram.gradient - g) ** 2 / rest - parent;
        if (gain > (best?.gain ?? 1e-9)) best = { gain, column, left: [...start, ...used.slice(0, k + 1)] };
      }
    }
  });
  if (best === undefined) return undefined;
  const goesLeft = new Uint8Array(BINS);
  const { column, gain, left } = best;
  if (features.ordered[column]) {
    const last = left.at(-1) as number;
    goesLeft.fill(1, 0, last + 1);
    goesLeft[MISSING_BIN] = left[0] === MISSING_BIN ? 1 : 0;
  } else {
    for (const bin of left) goesLeft[bin] = 1;
  }
  return { gain, column, goesLeft };
}
