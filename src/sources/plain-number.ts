const POINT = 46;
const MINUS = 45;
const ZERO = 48;

/** Digits at most: any number of so many is exact in float64, and so is their quotient by a power of ten once rounded. */
const MOST_DIGITS = 15;

/** 1, 10, 100, ...: exact in float64. */
const POWERS = Float64Array.from({ length: MOST_DIGITS + 1 }, (_, power) => 10 ** power);

/**
 * The number that bytes of ASCII spell plainly: an optional minus, at most 15 digits without a leading zero, and with
 * `decimals` perhaps a point between them. NaN for any other spelling, numbers or not: those are for a parser of texts. Rounded as JavaScript does.
 */
export function plainNumber(bytes: Uint8Array, start: number, end: number, decimals: boolean): number {
  const negative = bytes[start] === MINUS;
  const first = negative ? start + 1 : start;
  let value = 0;
  let point = -1;
  for (let at = first; at < end; at += 1) {
    const digit = (bytes[at] as number) - ZERO;
    if (digit >= 0 && digit <= 9) value = value * 10 + digit;
    else if (decimals && point < 0 && at > first && bytes[at] === POINT) point = at;
    else return Number.NaN;
  }
  const digits = end - first - (point < 0 ? 0 : 1);
  const whole = (point < 0 ? end : point) - first;
  if (digits < 1 || digits > MOST_DIGITS || point === end - 1) return Number.NaN;
  if (bytes[first] === ZERO && (whole > 1 || (negative && !decimals))) return Number.NaN;
  if (point >= 0) value /= POWERS[end - 1 - point] as number;
  return negative ? -value : value;
}
