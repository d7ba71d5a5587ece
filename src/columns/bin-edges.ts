import type { WeightedValues } from './quantile-sketch.js';

/** Where the bins of a column's numbers begin and end. */
export interface BinEdges {
  /** The end of a bin whose last number is `last`, and the beginning of the next, whose first is `first`. */
  between(last: number, first: number): readonly [end: number, begin: number];
  /** Where the first bin begins: so many of its rows lie at or below. */
  lowest(bin: WeightedValues, rows: number): number;
  /** Where the last bin ends: so many of its rows lie at or above. */
  highest(bin: WeightedValues, rows: number): number;
}

/**
 * Edges that are numbers the column can have (`round` gives the nearest), and neither spikes nor, as far as there are others, numbers
 * of single rows: half-way to the neighbour, unless the number itself is shared.
 */
export function binEdges({
  isShared,
  isSpike,
  round,
}: {
  isShared(value: number): boolean;
  isSpike(value: number): boolean;
  round(value: number): number;
}): BinEdges {
  /** The next number above that is no spike. */
  function above(value: number): number {
    let step = Math.max(Math.abs(value) * 2 ** -53, Number.MIN_VALUE);
    while (round(value + step) <= value) step *= 2;
    const next = round(value + step);
    return isSpike(next) ? above(next) : next;
  }

  function between(last: number, first: number): readonly [number, number] {
    const half = Math.max(last, round(last / 2 + first / 2));
    const end = isSpike(half) ? above(half) : half;
    const begin = end < first ? above(end) : first;
    const dense = end >= first || begin > first;
    return [dense || isShared(last) ? last : end, dense || isShared(first) ? first : begin];
  }

  /** The first number with so many rows at or before it, and the one after it. */
  function shareOf({ values, weights }: WeightedValues, rows: number): readonly [number, number | undefined] {
    let before = 0;
    let i = 0;
    for (; i < values.length - 1; i += 1) {
      before += weights[i] as number;
      if (before >= rows) break;
    }
    return [values[i] as number, values[i + 1]];
  }

  return {
    between,
    lowest(bin, rows) {
      const [value, next] = shareOf(bin, rows);
      return next === undefined || isShared(value) ? value : between(value, next)[1];
    },
    highest({ values, weights }, rows) {
      const [value, next] = shareOf({ values: values.slice().reverse(), weights: weights.slice().reverse() }, rows);
      return next === undefined || isShared(value) ? value : between(next, value)[0];
    },
  };
}
