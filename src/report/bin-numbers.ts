import { NULL_CODE } from './level-index.js';

/** How a column's numbers become labels. */
export interface Bins {
  readonly low: number;
  readonly width: number;
  readonly count: number;
}

/** Bins of equal width over the range of the numbers, by default 10; one bin where there is no range. */
export function binsOf(numbers: Float64Array, count = 10): Bins {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of numbers) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { low, width: high > low ? (high - low) / count : 0, count };
}

/** The bin of each number, values outside in the outermost ones, -1 for NaN: as numpy's `linspace` edges and `digitize` have it. */
export function binNumbers(numbers: Float64Array, { low, width, count }: Bins): Int32Array {
  return Int32Array.from(numbers, (value) => {
    if (Number.isNaN(value)) return NULL_CODE;
    if (width === 0) return 0;
    let bin = Math.floor((value - low) / width);
    // The quotient can end up on the other side of an edge.
    if (value < low + bin * width) bin -= 1;
    else if (value >= low + (bin + 1) * width) bin += 1;
    return Math.min(count - 1, Math.max(0, bin));
  });
}
