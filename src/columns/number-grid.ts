import * as z from 'zod';
import { civilDateOf, daysOfCivil } from '../batches/civil-date.js';

/** Numbers that follow each other in a regular way, each with an index: what a column's values are among. */
export interface NumberGrid {
  /** The number at an index, an integer; the nearest float64 where it has gaps. */
  at(index: number): number;
  /** The same to the last digit. */
  exactAt(index: number): bigint;
  /** The index of the nearest number. */
  indexOf(value: number): number;
}

/** Where dates fall in the calendar. `day` is a day and `time` what every value is beyond midnight, in units of the column. */
export const calendarJson = z.discriminatedUnion('of', [
  z.strictObject({
    of: z.literal('months'),
    /** Months from one to the next: 1, 3 for quarters, 12 for years. */
    every: z.int().positive(),
    /** Months from the start of the year 0 to the first that can be; below `every`. */
    from: z.int().nonnegative(),
    /** The day of the month, 0 for the last. */
    monthDay: z.int().min(0).max(28),
    day: z.int().positive(),
    time: z.int(),
  }),
  z.strictObject({
    of: z.literal('weekdays'),
    /** Days of the week in rising order, 0 for Thursday, the first of January 1970. */
    weekdays: z.array(z.int().min(0).max(6)).min(1),
    day: z.int().positive(),
    time: z.int(),
  }),
]);

/** A calendar as JSON. */
export type Calendar = z.infer<typeof calendarJson>;

/** The multiples of `step`, an integer above 0, each with `offset` added. */
export function steppedGrid(step: number, offset: number): NumberGrid {
  return {
    at: (index) => index * step + offset,
    exactAt: (index) => BigInt(index) * BigInt(step) + BigInt(offset),
    indexOf: (value) => Math.round((value - offset) / step),
  };
}

/** The dates of a calendar. */
export function calendarGrid(calendar: Calendar): NumberGrid {
  const { day, time } = calendar;
  const { dayAt, indexBelow } = calendar.of === 'months' ? monthly(calendar) : weekly(calendar);
  const at = (index: number) => dayAt(index) * day + time;
  return {
    at,
    exactAt: (index) => BigInt(dayAt(index)) * BigInt(day) + BigInt(time),
    indexOf(value) {
      const below = indexBelow(Math.floor((value - time) / day));
      return at(below + 1) - value <= value - at(below) ? below + 1 : below;
    },
  };
}

/** Days by their index, and the index of the last day not after another. */
interface Days {
  dayAt(index: number): number;
  indexBelow(day: number): number;
}

function monthly({ every, from, monthDay }: Extract<Calendar, { of: 'months' }>): Days {
  const dayAt = (index: number) => {
    // The last day of a month is the one before the first of the next.
    const month = index * every + from + (monthDay === 0 ? 1 : 0);
    const year = Math.floor(month / 12);
    return daysOfCivil({ year, month: month - 12 * year + 1, day: monthDay });
  };
  return {
    dayAt,
    indexBelow(day) {
      const { year, month } = civilDateOf(day);
      const index = Math.floor((year * 12 + month - 1 - from) / every);
      return dayAt(index) <= day ? index : index - 1;
    },
  };
}

function weekly({ weekdays }: Extract<Calendar, { of: 'weekdays' }>): Days {
  const count = weekdays.length;
  return {
    dayAt(index) {
      const week = Math.floor(index / count);
      return week * 7 + (weekdays[index - week * count] as number);
    },
    indexBelow(day) {
      const week = Math.floor(day / 7);
      return week * count + weekdays.filter((weekday) => weekday <= day - 7 * week).length - 1;
    },
  };
}
