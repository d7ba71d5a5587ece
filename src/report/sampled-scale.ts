import { createNumberPattern } from '../columns/number-pattern.js';
import { type NumberScale, numberScale } from '../columns/number-scale.js';

/** A day of dates, in their milliseconds. */
const DAYS = { day: 864e5, zone: 0 };

/** The range of numbers and how they are rounded, as far as they tell; NaN is left out. `dates` are milliseconds. */
export function sampledScale(numbers: Float64Array, dates: boolean): NumberScale {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let [integer, single] = [true, true];
  for (const value of numbers) {
    if (Number.isNaN(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
    integer &&= Number.isInteger(value);
    single &&= Math.fround(value) === value;
  }
  // What a float32 holds of 0.1 has one decimal.
  const nearest = single && !integer ? Math.fround : (value: number) => value;
  const pattern = createNumberPattern({ integer, nearest, ...(dates && { days: DAYS }) });
  for (const value of numbers) if (!Number.isNaN(value)) pattern.add(value);
  return numberScale(pattern.rounding(), { low, high, nearest });
}
