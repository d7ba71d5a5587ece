const INTEGER = /^[+-]?\d+$/;
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const PLAIN_DECIMAL = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/**
 * The integer a text stands for, undefined when it is none or lies beyond ±(2^53 - 1). A text with a leading zero or plus
 * sign, and `-0`, is more likely an identifier and counts only when `lenient`.
 */
export function parseInteger(text: string, lenient = false): number | undefined {
  if (lenient) {
    const value = INTEGER.test(text) ? Number(text) : Number.NaN;
    return Number.isSafeInteger(value) ? value + 0 : undefined;
  }
  const negative = text.charCodeAt(0) === 45;
  const begin = negative ? 1 : 0;
  const digits = text.length - begin;
  if (digits < 1 || digits > 16) return undefined;
  if (text.charCodeAt(begin) === 48 && text.length > 1) return undefined;
  let value = 0;
  for (let i = begin; i < text.length; i += 1) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  if (value > Number.MAX_SAFE_INTEGER) return undefined;
  return negative ? -value : value;
}

/**
 * The number a decimal text stands for, rounded to float64, undefined when it is none. `NaN`, `Infinity` and `-Infinity` count in
 * this spelling only; leading zeros, a leading plus sign or a bare point count only when `lenient`.
 */
export function parseDecimal(text: string, lenient = false): number | undefined {
  if ((lenient ? DECIMAL : PLAIN_DECIMAL).test(text)) return Number(text);
  return text === 'NaN' || text === 'Infinity' || text === '-Infinity' ? Number(text) : undefined;
}
