import { MISSING_BIN } from './feature-bins.js';
import type { BinSums, HistogramLayout, Totals } from './tree-histogram.js';

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
export function bestSplit(
  layout: HistogramLayout,
  totals: Totals,
  sums: BinSums,
  minLeafRows: number,
): Split | undefined {
  const { offsets, features } = layout;
  const { ordered } = features;
  const { derivatives, counts } = sums;
  const parent = totals.gradient ** 2 / totals.curvature;
  const levels = { order: new Int32Array(MISSING_BIN + 1), means: new Float64Array(MISSING_BIN + 1) };
  const { order } = levels;
  const best = { gain: LEAST_GAIN, column: -1, bins: 0, missingLeft: false };
  for (let column = 0; column < ordered.length; column += 1) {
    const isOrdered = ordered[column] === true;
    const [first, missing] = [offsets[column] as number, (offsets[column + 1] as number) - 1];
    const bins = isOrdered ? missing - first : orderLevels(layout, sums, column, levels);
    const ways = isOrdered && (counts[missing] as number) > 0 ? 2 : 1;
    for (let way = 0; way < ways; way += 1) {
      const missingLeft = way === 1;
      let g = missingLeft ? (derivatives[2 * missing] as number) : 0;
      let h = missingLeft ? (derivatives[2 * missing + 1] as number) : 0;
      let n = missingLeft ? (counts[missing] as number) : 0;
      for (let k = 0; k < bins; k += 1) {
        const at = isOrdered ? first + k : (order[k] as number);
        const count = counts[at] as number;
        if (count === 0) continue;
        n += count;
        g += derivatives[2 * at] as number;
        h += derivatives[2 * at + 1] as number;
        if (n < minLeafRows) continue;
        if (totals.rows - n < minLeafRows) break;
        const rest = totals.curvature - h;
        if (h < LEAST_CURVATURE || rest < LEAST_CURVATURE) continue;
        const gain = g ** 2 / h + (totals.gradient - g) ** 2 / rest - parent;
        if (gain <= best.gain) continue;
        best.gain = gain;
        best.column = column;
        best.bins = k + 1;
        best.missingLeft = missingLeft;
      }
    }
  }
  const { gain, column, bins } = best;
  if (column < 0) return undefined;
  const goesLeft = new Uint8Array(MISSING_BIN + 1);
  if (ordered[column]) {
    goesLeft.fill(1, 0, bins);
    goesLeft[MISSING_BIN] = best.missingLeft ? 1 : 0;
  } else {
    const [first, missing] = [offsets[column] as number, (offsets[column + 1] as number) - 1];
    orderLevels(layout, sums, column, levels);
    for (const at of order.subarray(0, bins)) goesLeft[at === missing ? MISSING_BIN : at - first] = 1;
  }
  return { gain, column, goesLeft };
}

/** Added to a level's curvature when levels are ordered by gradient, against levels of few rows (scikit-learn's and LightGBM's 10). */
const LEVEL_SMOOTHING = 10;

/** Room to sort a column's levels in. */
interface Levels {
  /** Their places. */
  readonly order: Int32Array;
  readonly means: Float64Array;
}

/** Fills in the levels of a column that rows have, by their mean gradient; gives their number. */
function orderLevels(
  { offsets }: HistogramLayout,
  { derivatives, counts }: BinSums,
  column: number,
  { order, means }: Levels,
): number {
  const end = offsets[column + 1] as number;
  let size = 0;
  for (let at = offsets[column] as number; at < end; at += 1) {
    if (counts[at] === 0) continue;
    order[size] = at;
    means[size] = (derivatives[2 * at] as number) / ((derivatives[2 * at + 1] as number) + LEVEL_SMOOTHING);
    size += 1;
  }
  // Shell's sort (1959); of equal means the first place comes first.
  for (let gap = size > 40 ? 23 : size > 12 ? 5 : 1; ; gap = gap > 5 ? 5 : 1) {
    for (let k = gap; k < size; k += 1) {
      const at = order[k] as number;
      const mean = means[k] as number;
      let place = k;
      for (; place >= gap; place -= gap) {
        const before = means[place - gap] as number;
        if (before < mean || (before === mean && (order[place - gap] as number) < at)) break;
        means[place] = before;
        order[place] = order[place - gap] as number;
      }
      means[place] = mean;
      order[place] = at;
    }
    if (gap === 1) return size;
  }
}
