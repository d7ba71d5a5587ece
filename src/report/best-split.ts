import { MISSING_BIN } from './feature-bins.js';
import { type Histogram, type HistogramLayout, PARTS } from './tree-histogram.js';

/** A question that parts a set of rows in two. */
export interface Split {
  readonly gain: number;
  readonly column: number;
  /** 1 for each bin of the features, 0..255, that goes left. */
  readonly goesLeft: Uint8Array;
}

/** Gains below are rounding. */
const LEAST_GAIN = 1e-9;

/** Curvature of a side at least. */
const LEAST_CURVATURE = 1e-3;

/**
 * The split that gains most, undefined where none gains. Ordered bins are cut in two, the missing bin on either side; levels
 * are put in the order of their mean gradient first, in which the best cut is the best subset (Fisher 1958).
 */
export function bestSplit(layout: HistogramLayout, histogram: Histogram, minLeafRows: number): Split | undefined {
  const { columns, offsets } = layout;
  const { ordered } = layout.features;
  const { sums, gradient, curvature, rows } = histogram;
  const parent = gradient ** 2 / curvature;
  const order: number[] = [];
  const slopes = new Float64Array(MISSING_BIN + 1);
  const best = { gain: LEAST_GAIN, column: -1, bins: 0, missingLeft: false };
  for (let column = 0; column < columns.length; column += 1) {
    orderBins(layout, sums, column, order, slopes);
    const offset = offsets[column] as number;
    const missingAt = ((offsets[column + 1] as number) - 1) * PARTS;
    const ways = ordered[column] && isUsed(sums, missingAt) ? 2 : 1;
    for (let way = 0; way < ways; way += 1) {
      const missingLeft = way === 1;
      let g = missingLeft ? (sums[missingAt] as number) : 0;
      let h = missingLeft ? (sums[missingAt + 1] as number) : 0;
      let n = missingLeft ? (sums[missingAt + 2] as number) : 0;
      for (let k = 0; k < order.length; k += 1) {
        const at = (offset + (order[k] as number)) * PARTS;
        g += sums[at] as number;
        h += sums[at + 1] as number;
        n += sums[at + 2] as number;
        if (n < minLeafRows) continue;
        if (rows - n < minLeafRows) break;
        const rest = curvature - h;
        if (h < LEAST_CURVATURE || rest < LEAST_CURVATURE) continue;
        const gain = g ** 2 / h + (gradient - g) ** 2 / rest - parent;
        if (gain <= best.gain) continue;
        best.gain = gain;
        best.column = column;
        best.bins = k + 1;
        best.missingLeft = missingLeft;
      }
    }
  }
  const { gain, column } = best;
  if (column < 0) return undefined;
  orderBins(layout, sums, column, order, slopes);
  const missing = (offsets[column + 1] as number) - (offsets[column] as number) - 1;
  const goesLeft = new Uint8Array(MISSING_BIN + 1);
  if (ordered[column]) {
    // Bins that none of these rows is in go where their neighbours go.
    goesLeft.fill(1, 0, (order[best.bins - 1] as number) + 1);
    goesLeft[MISSING_BIN] = best.missingLeft ? 1 : 0;
  } else {
    for (const bin of order.slice(0, best.bins)) goesLeft[bin === missing ? MISSING_BIN : bin] = 1;
  }
  return { gain, column, goesLeft };
}

/** Added to a level's curvature when levels are ordered by gradient, against levels of few rows (scikit-learn's and LightGBM's 10). */
const LEVEL_SMOOTHING = 10;

/** Fills `order` with a column's bins that rows are in, in the order in which they are cut; `slopes` is room to work in. */
function orderBins(
  { features, offsets }: HistogramLayout,
  sums: Float64Array,
  column: number,
  order: number[],
  slopes: Float64Array,
): void {
  const offset = offsets[column] as number;
  const missing = (offsets[column + 1] as number) - offset - 1;
  const isOrdered = features.ordered[column] === true;
  order.length = 0;
  for (let bin = 0; bin < (isOrdered ? missing : missing + 1); bin += 1) {
    const at = (offset + bin) * PARTS;
    if (!isUsed(sums, at)) continue;
    order.push(bin);
    slopes[bin] = (sums[at] as number) / ((sums[at + 1] as number) + LEVEL_SMOOTHING);
  }
  if (!isOrdered) order.sort((a, b) => (slopes[a] as number) - (slopes[b] as number) || a - b);
}

/** Whether the bin at a place has rows: their number is exact, also as a difference. */
function isUsed(sums: Float64Array, at: number): boolean {
  return (sums[at + 2] as number) > 0.5;
}
