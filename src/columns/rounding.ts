import { type Calendar, calendarGrid, type NumberGrid, steppedGrid } from './number-grid.js';

/**
 * How a column's numbers are written: integers as multiples of `step`, all with the same `offset` added, or as dates of a
 * `calendar`; real numbers with so many decimals, or in full.
 */
export interface Rounding {
  /** 0 for real numbers. */
  readonly step: number;
  /** null for full precision. */
  readonly decimals: number | null;
  /** Below `step`; absent for 0. */
  readonly offset?: number;
  readonly calendar?: Calendar;
}

/** The numbers that a column of integers has values among; undefined for real numbers. */
export function gridOf({ step, offset = 0, calendar }: Rounding): NumberGrid | undefined {
  if (calendar !== undefined) return calendarGrid(calendar);
  return step > 0 ? steppedGrid(step, offset) : undefined;
}

/** Rounds a number as a column is; `nearest` rounds to what the type can hold. */
export function rounder(rounding: Rounding, nearest: (value: number) => number): (value: number) => number {
  const { step, decimals, offset = 0, calendar } = rounding;
  const dates = calendar && calendarGrid(calendar);
  // Adding 0 makes 0 of -0.
  if (dates !== undefined) return (value) => nearest(dates.at(dates.indexOf(value))) + 0;
  // A stepped grid, written out: decoding is much slower through its functions.
  if (step > 0) return (value) => nearest(Math.round((value - offset) / step) * step + offset) + 0;
  const parts = decimals === null ? 0 : 10 ** decimals;
  return (value) => nearest(parts > 0 ? Math.round(value * parts) / parts : value) + 0;
}

/** From where to where numbers are rounded to a given one; undefined where they are kept in full. */
export function cellsOfRounding(
  rounding: Rounding,
): ((value: number) => readonly [from: number, to: number]) | undefined {
  const grid = gridOf(rounding);
  if (grid === undefined) {
    if (rounding.decimals === null) return undefined;
    const half = 10 ** -rounding.decimals / 2;
    return (value) => [value - half, value + half];
  }
  return (value) => {
    const index = grid.indexOf(value);
    return [(grid.at(index - 1) + value) / 2, (value + grid.at(index + 1)) / 2];
  };
}

/** Puts right the values of a grid that lie beyond 2^53, such as nanoseconds of whole seconds. */
export function exactOnGrid(integers: BigInt64Array, values: Float64Array, rounding: Rounding): void {
  const grid = rounding.step > 1 ? gridOf(rounding) : undefined;
  if (grid === undefined) return;
  for (let r = 0; r < values.length; r += 1) {
    const value = values[r] as number;
    if (Math.abs(value) > Number.MAX_SAFE_INTEGER) integers[r] = grid.exactAt(grid.indexOf(value));
  }
}
