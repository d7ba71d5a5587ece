import type { Data } from 'apache-arrow';

/**
 * The values of a column that come back exactly, each by a code and a range of places in it, and numbered from 0. Null is one of
 * them where it has a code.
 */
export interface ExactValues {
  /** [values] The code of each. */
  readonly codes: Uint16Array;
  /** [values] Places from `from` up to `to`, in [0, 1], are this value. */
  readonly from: Float64Array;
  readonly to: Float64Array;
  /** Which of them is null; -1 where none is. */
  readonly nullValue: number;
  /** Which of them each row holds; -1 for any other value. */
  find(data: Data): Int32Array;
}

/** A value, before it has its number. */
export interface ExactValue {
  readonly code: number;
  readonly from: number;
  readonly to: number;
}

/** Numbers values in their order, null behind them where it has a code (0 or more). */
export function exactValues(
  values: readonly ExactValue[],
  nullCode: number,
  find: (data: Data, nullValue: number) => Int32Array,
): ExactValues {
  const all = nullCode < 0 ? values : [...values, { code: nullCode, from: 0, to: 1 }];
  const nullValue = nullCode < 0 ? -1 : values.length;
  return {
    codes: Uint16Array.from(all, ({ code }) => code),
    from: Float64Array.from(all, ({ from }) => from),
    to: Float64Array.from(all, ({ to }) => to),
    nullValue,
    find: (data) => find(data, nullValue),
  };
}

/** The ranges of places that values take in a code they share, by their rows of `total`. */
export function placesByRows(code: number, rows: readonly number[], total: number): ExactValue[] {
  let before = 0;
  return rows.map((held) => {
    const from = before / total;
    before += held;
    return { code, from, to: before / total };
  });
}

/** [values] A place of each: the middle of its own. */
export function middlesOf({ from, to }: ExactValues): Float64Array {
  return from.map((place, value) => (place + (to[value] as number)) / 2);
}

/** What `make` makes, the first time that it is asked for, and then again. */
export function madeOnce<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
