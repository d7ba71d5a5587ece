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

/** One day of the month, or its last, of months that are `every` apart. */
export interface Months {
  readonly of: 'months';
  /** 1 for each month, 3 for quarters, 12 for years. */
  readonly every: number;
  /** Months from the start of the year 0 to the first that can be; below `every`. */
  readonly from: number;
  /** 1 ... 28, or 0 for the last day. */
  readonly monthDay: number;
}

/** Some days of the week, in rising order, 0 for Thursday, the first of January 1970. */
export interface Weekdays {
  readonly of: 'weekdays';
  readonly weekdays: readonly number[];
}

/** Where dates fall in the calendar. `day` is a day and `time` what every value is beyond midnight, in units of the column. */
export type Calendar = (Months | Weekdays) & { readonly day: number; readonly time: number };

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

function monthly({ every, from, monthDay }: Months): Days {
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

function weekly({ weekdays }: Weekdays): Days {
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
