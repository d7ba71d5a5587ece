/** One value that a column may have; dates as `Date` or in milliseconds. */
export type Scalar = string | number | bigint | boolean | Date | null;

/** What a column has to be: a value, one of several values, or a number or date within a closed range, whose ends may be infinite. */
export type Condition =
  | Scalar
  | { readonly in: readonly Scalar[] }
  | readonly [low: number | Date, high: number | Date];

/** Conditions by column. */
export type Where = Readonly<Record<string, Condition>>;

/** Tells whether a value satisfies the condition on a column. RangeError for a range that is none. */
export function satisfies(name: string, condition: Condition): (value: unknown) => boolean {
  if (Array.isArray(condition)) {
    const [low, high] = (condition as readonly (number | Date)[]).map(Number);
    if (low === undefined || high === undefined || condition.length !== 2 || !(low <= high)) {
      throw new RangeError(`Expected a range [low, high] for \`${name}\`, got ${conditionText(condition)}`);
    }
    return (value) => value !== null && Number(value) >= low && Number(value) <= high;
  }
  const wanted = isList(condition) ? condition.in : [condition as Scalar];
  return (value) => wanted.some((one) => sameValue(one, value));
}

function isList(condition: Condition): condition is { readonly in: readonly Scalar[] } {
  return typeof condition === 'object' && condition !== null && 'in' in condition;
}

function sameValue(wanted: Scalar, value: unknown): boolean {
  if (wanted === null || value === null) return wanted === value;
  if (typeof wanted === 'string' || typeof wanted === 'boolean') return wanted === value;
  return typeof value !== 'string' && typeof value !== 'boolean' && Number(wanted) === Number(value);
}

/** A condition in an error. */
export function conditionText(condition: unknown): string {
  const isUnsaid = (value: unknown) =>
    typeof value === 'bigint' || Math.abs(value as number) === Number.POSITIVE_INFINITY;
  return JSON.stringify(condition, (_, value: unknown) => (isUnsaid(value) ? String(value) : value));
}
