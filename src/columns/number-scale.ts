import { cellsOfRounding, type Rounding, rounder } from './rounding.js';

/** What numbers a column has: their range and how they are rounded. */
export interface NumberScale {
  /** The smallest and largest number that the column gives. */
  readonly low: number;
  readonly high: number;
  /** Rounds as the column is. */
  round(value: number): number;
  /** Half of what numbers around a given one are apart; 0 for real numbers. */
  halfStep(value: number): number;
}

/** A column as what rules are about. */
export interface ScaledColumn {
  readonly name: string;
  readonly scale: NumberScale;
  /** What can be compared: empty for numbers, the type of dates and times. */
  readonly unit: string;
}

/** The scale of numbers from `low` to `high`; `nearest` rounds to what their type can hold. */
export function numberScale(
  rounding: Rounding,
  { low, high, nearest }: Pick<NumberScale, 'low' | 'high'> & { nearest(value: number): number },
): NumberScale {
  const cells = cellsOfRounding(rounding);
  return {
    low,
    high,
    round: rounder(rounding, nearest),
    halfStep(value) {
      const [from, to] = cells?.(value) ?? [value, value];
      return (to - from) / 2;
    },
  };
}
