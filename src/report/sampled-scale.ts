import { createNumberPattern } from '../columns/number-pattern.js';
import { type NumberScale, numberScale } from '../columns/number-scale.js';

/** A day of dates, in their milliseconds. */
const DAYS = { day: 864e5, zone: 0 };

/** How numbers, NaN left out, are rounded, as far as they tell; `dates` are milliseconds. */
export function sampledScale(numbers: Float64Array, dates: boolean): NumberScale {
  const values = numbers.filter((value) => !Number.isNaN(value));
  const integer = values.every(Number.isInteger);
  // What a float32 holds of 0.1 has one decimal.
  const single = !integer && values.every((value) => Math.fround(value) === value);
  const nearest = single ? Math.fround : (value: number) => value;
  const pattern = createNumberPattern({ integer, nearest, ...(dates && { days: DAYS }) });
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
    pattern.add(value);
  }
  return numberScale(pattern.rounding(), { low, high, nearest });
}
