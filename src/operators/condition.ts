import { valueText } from '../value-text.js';

/** One value that a column may have; dates as `Date` or in milliseconds. */
export type Scalar = string | number | bigint | boolean | Date | null;

/** What a column has to be: a value, one of several values, or a number or date within a closed range, whose ends may be infinite. */
export type Condition =
  | Scalar
  | { readonly in: readonly Scalar[] }
  | readonly [low: number | Date, high: number | Date];

/** Conditions by column. */
export type Where = Readonly<Record<string, Condition>>;

/** Tells whether a value satisfies the condition on a column. RangeError for a range that is none, TypeError for what is no condition. */
export function satisfies(name: string, condition: Condition): (value: unknown) => boolean {
  if (Array.isArray(condition)) {
    const [low, high] = (condition as readonly (number | Date)[]).map(Number);
    if (low === undefined || high === undefined || condition.length !== 2 || !(low <= high)) {
      const isText = condition.some((end) => typeof end === 'string');
      const hint = isText ? ' of numbers or Dates, or { in: [...] },' : '';
      throw new RangeError(`Expected a range [low, high]${hint} for \`${name}\`, got ${conditionText(condition)}`);
    }
    return (value) => value !== null && Number(value) >= low && Number(value) <= high;
  }
  requireCondition(name, condition);
  const wanted = isList(condition) ? condition.in : [condition as Scalar];
  return (value) => wanted.some((one) => sameValue(one, value));
}

function requireCondition(name: string, condition: Condition): void {
  if (condition === null || condition instanceof Date || isList(condition)) return;
  if (['string', 'number', 'bigint', 'boolean'].includes(typeof condition)) return;
  const found = typeof condition === 'object' ? conditionText(condition) : valueText(condition);
  throw new TypeError(`Expected a value, [low, high] or { in: [...] } as the condition on \`${name}\`, got ${found}`);
}

function isList(condition: Condition): condition is { readonly in: readonly Scalar[] } {
  if (typeof condition !== 'object' || condition === null || !('in' in condition)) return false;
  return Array.isArray(condition.in) && Object.keys(condition).length === 1;
}

function sameValue(wanted: Scalar, value: unknown): boolean {
  if (wanted === null || value === null) return wanted === value;
  if (typeof wanted === 'string' || typeof wanted === 'boolean') return wanted === value;
  return typeof value !== 'string' && typeof value !== 'boolean' && Number(wanted) === Number(value);
}

/** A condition in an error. */
export function conditionText(condition: unknown): string {
  const isUnsaid = (value: unknown) =>
    typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value));
  return JSON.stringify(condition, (_, value: unknown) => (isUnsaid(value) ? String(value) : value));
}
