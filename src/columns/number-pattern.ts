import { createDistinctCount, type DistinctCount, mixBits } from './distinct-count.js';
import type { Rounding } from './number-decoding.js';

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
 * The pattern of integers (their greatest common divisor: ages 1, prices in hundreds 100, midnights a day) or of reals
 * (the most decimals seen). `nearest` rounds to what the column's type can hold, so that a float32 of 0.1 has one decimal.
 */
export function createNumberPattern(integer: boolean, nearest: (value: number) => number): NumberPattern {
  const hashes: DistinctCount = createDistinctCount();
  const word = new Float64Array(1);
  const halves = new Uint32Array(word.buffer);
  let step = 0;
  let decimals = 0;
  let previous = NaN;
  let rising = true;
  let falling = true;
  let neverFalls = true;
  let lowest: bigint | undefined;
  let highest: bigint | undefined;
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
      if (wide !== undefined) {
        lowest = lowest === undefined || wide < lowest ? wide : lowest;
        highest = highest === undefined || wide > highest ? wide : highest;
        if (step !== 1) step = Number(divisor(wide, BigInt(step)));
      } else if (step !== 1 && value % step !== 0) {
        step = Number(divisor(BigInt(value), BigInt(step)));
      }
    },
    rounding() {
      if (!integer) return { step: 0, decimals: decimals > maxDecimals ? null : decimals };
      // Beyond 2^51 steps a float64 no longer tells one from the next.
      const steps =
        lowest === undefined || highest === undefined ? 0 : Number(highest > -lowest ? highest : -lowest) / step;
      return { step: steps > 2 ** 51 ? 1 : Math.max(1, step), decimals: 0 };
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
