import { LEAST_ROWS } from '../columns/least-rows.js';
import type { SampledColumn } from './column-values.js';
import { withDateParts } from './with-date-parts.js';

/** What comes round again in a column of dates: how often each month, weekday or hour occurs, in their order. */
export interface Cycle {
  readonly of: 'month' | 'weekday' | 'hour';
  /** Total variation distance of real and synthetic shares, in [0, 1]. */
  readonly error: number;
  /** With the shares of the rows that are not null; real shares of fewer than 5 rows are given as 0. */
  readonly levels: readonly { readonly level: string; readonly real: number; readonly synthetic: number }[];
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
// Days since 1970 begin with a Thursday.
const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const HOURS = Array.from({ length: 24 }, (_, hour) => String(hour));

/** The levels of each, and the place among them of a part (see `withDateParts`). */
const KINDS = [
  { of: 'month', levels: MONTHS, placeOf: (month: number) => month - 1 },
  { of: 'weekday', levels: WEEKDAYS, placeOf: (day: number) => (day + 3) % 7 },
  { of: 'hour', levels: HOURS, placeOf: (time: number) => Math.floor(time / 3_600_000) },
] as const;

/** The cycles of sampled dates, of which real rows have more than one level. */
export function cyclesOf(real: SampledColumn, synthetic: SampledColumn): Cycle[] {
  const [a, b] = [real, synthetic].map((column) => withDateParts([column], new Set([column.name])).slice(1));
  return KINDS.flatMap(({ of, levels, placeOf }, part) => {
    const counts = [a?.[part], b?.[part]].map((column) => {
      const held = levels.map(() => 0);
      for (const value of column?.numbers ?? []) {
        if (!Number.isNaN(value)) held[placeOf(value)] = (held[placeOf(value)] as number) + 1;
      }
      return held;
    }) as [number[], number[]];
    const [own, others] = counts;
    if (own.filter((count) => count > 0).length < 2) return [];
    const [ofReal, ofSynthetic] = counts.map((held) =>
      Math.max(
        1,
        held.reduce((sum, count) => sum + count, 0),
      ),
    ) as [number, number];
    const shares = levels.map((level, i) => ({
      level,
      count: own[i] as number,
      real: (own[i] as number) / ofReal,
      synthetic: (others[i] as number) / ofSynthetic,
    }));
    return [
      {
        of,
        error: shares.reduce((sum, share) => sum + Math.abs(share.real - share.synthetic), 0) / 2,
        levels: shares.map(({ level, count, real, synthetic }) => ({
          level,
          real: count < LEAST_ROWS ? 0 : real,
          synthetic,
        })),
      },
    ];
  });
}
