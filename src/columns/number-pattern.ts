import { createCalendarPattern } from './calendar-pattern.js';
import { createDistinctCount, type DistinctCount, mixBits } from './distinct-count.js';
import type { NumberStorage } from './number-storage.js';
import type { Rounding } from './rounding.js';

/** What a column's finite numbers have in common, gathered value by value in bounded memory. */
export interface NumberPattern {
  /** `wide` is the integer itself where `value`, a float64, is beyond 2^53. */
  add(value: number, wide?: bigint): void;
  rounding(): Rounding;
  /** Whether each value is larger, or each smaller, than the one before. */
  readonly monotone: boolean;
  /** Whether no value is smaller than the one before. */
  readonly neverFalls: boolean;
  /** The smallest and the largest integer seen, where any is beyond 2^53. */
  readonly wideRange: readonly [bigint, bigint] | undefined;
  /** An estimate of the number of distinct values, good to 1.6 %. Integers only. */
  distinct(): number;
}

/** Most decimals told apart from full precision. */
const maxDecimals = 12;

/**
 * The pattern of integers (the greatest common divisor of their differences: ages 1, prices that end in 99 100, midnights a day,
 * Mondays 7 days; for dates also the calendar they keep to) or of reals (the most decimals seen). Decimals are counted in what
 * the column's type can hold, so that a float32 of 0.1 has one.
 */
export function createNumberPattern({
  integer,
  days,
  nearest,
}: Pick<NumberStorage, 'integer' | 'days' | 'nearest'>): NumberPattern {
  const calendar = days && createCalendarPattern(days);
  const hashes: DistinctCount = createDistinctCount();
  const word = new Float64Array(1);
  const halves = new Uint32Array(word.buffer);
  let first = NaN;
  let origin: bigint | undefined;
  let step = 0;
  let offset = 0;
  let decimals = 0;
  let previous = NaN;
  let rising = true;
  let falling = true;
  let neverFalls = true;
  let lowest: bigint | undefined;
  let highest: bigint | undefined;

  function narrow(value: bigint): void {
    origin ??= value;
    first = Number(origin);
    step = Number(divisor(value - origin, BigInt(step)));
    const over = step === 0 ? 0 : Number(origin % BigInt(step));
    offset = over < 0 ? over + step : over;
  }

  return {
    add(value, wide) {
      if (value <= previous) rising = false;
      if (value >= previous) falling = false;
      if (value < previous) neverFalls = false;
      previous = value;
      if (!integer) {
        while (decimals <= maxDecimals && nearest(Math.round(value * 10 ** decimals) / 10 ** decimals) !== value)
          decimals += 1;
        return;
      }
      word[0] = value;
      hashes.add(mixBits((halves[0] as number) ^ mixBits(halves[1] as number)));
      calendar?.add(wide ?? value);
      if (wide !== undefined) {
        lowest = lowest === undefined || wide < lowest ? wide : lowest;
        highest = highest === undefined || wide > highest ? wide : highest;
        if (step !== 1) narrow(wide);
      } else if (step !== 1 && (step === 0 ? value !== first : remainder(value, step) !== offset)) {
        narrow(BigInt(value));
      }
    },
    rounding() {
      if (!integer) return { step: 0, decimals: decimals > maxDecimals ? null : decimals };
      // Beyond 2^51 steps a float64 no longer tells one from the next.
      const steps =
        lowest === undefined || highest === undefined ? 0 : Number(highest > -lowest ? highest : -lowest) / step;
      if (steps > 2 ** 51 || offset > Number.MAX_SAFE_INTEGER) return { step: 1, decimals: 0 };
      const dates = calendar?.calendar(step, hashes.estimate());
      return { step: Math.max(1, step), decimals: 0, ...(offset > 0 && { offset }), ...(dates && { calendar: dates }) };
    },
    get monotone() {
      return rising || falling;
    },
    get neverFalls() {
      return neverFalls;
    },
    get wideRange() {
      return lowest === undefined || highest === undefined ? undefined : ([lowest, highest] as const);
    },
    distinct: () => hashes.estimate(),
  };
}

function divisor(a: bigint, b: bigint): bigint {
  let x = a < 0n ? -a : a;
  let y = b;
  while (y > 0n) [x, y] = [y, x % y];
  return x;
}

/** The remainder of a division that is rounded down: 0 or more. */
function remainder(value: number, by: number): number {
  const rest = value % by;
  return rest < 0 ? rest + by : rest;
}
