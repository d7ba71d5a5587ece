import { civilDateOf } from '../batches/civil-date.js';
import type { Calendar } from './number-grid.js';
import type { DayUnits } from './number-storage.js';

/** What a column's dates have in common in the calendar, gathered value by value in bounded memory. */
export interface CalendarPattern {
  /** A date or moment in units of the column, as a bigint where it is beyond 2^53. */
  add(value: number | bigint): void;
  /**
   * The calendar all values are in: one day of the month, or its last, of every month, quarter, year or the like; or some days of the
   * week, where values are `step` units apart and about `distinct` of them differ. Undefined where there is none, or a step says as much.
   */
  calendar(step: number, distinct: number): Calendar | undefined;
}

/** Different days from which on a weekday that is missing is no chance: 1 in 2,700 of so many random ones lack one. */
const weekdaysFrom = 64;

/** The pattern of dates and timestamps that all have one time of day; others have none. */
export function createCalendarPattern({ day, zone }: DayUnits): CalendarPattern {
  let time: number | undefined;
  let oneTime = true;
  let weekdays = 0;
  let monthDay: number | undefined;
  let oneMonthDay = true;
  let lastDays = true;
  let firstMonth = 0;
  let months = 0;

  /** Days are counted since 1970-01-01 in the column's zone; `rest` is what is beyond midnight. */
  function addDay(days: number, rest: number): void {
    time ??= rest;
    oneTime = rest === time;
    weekdays |= 1 << (((days % 7) + 7) % 7);
    if (oneMonthDay || lastDays) addMonth(days);
  }

  function addMonth(days: number): void {
    const date = civilDateOf(days);
    const month = date.year * 12 + date.month - 1;
    if (monthDay === undefined) {
      monthDay = date.day;
      firstMonth = month;
    }
    oneMonthDay &&= date.day === monthDay;
    lastDays &&= civilDateOf(days + 1).day === 1;
    months = divisor(Math.abs(month - firstMonth), months);
  }

  return {
    add(value) {
      if (!oneTime) return;
      if (typeof value === 'number') {
        const days = Math.floor((value + zone) / day);
        addDay(days, value + zone - days * day);
      } else {
        const local = value + BigInt(zone);
        const days = floored(local, BigInt(day));
        addDay(Number(days), Number(local - days * BigInt(day)));
      }
    },
    calendar(step, distinct) {
      if (!oneTime || time === undefined || monthDay === undefined) return undefined;
      const place = { day, time: time - zone };
      const everyMonth = oneMonthDay && monthDay <= 28;
      if (months > 0 && (everyMonth || lastDays)) {
        const from = ((firstMonth % months) + months) % months;
        return { of: 'months', every: months, from, monthDay: everyMonth ? monthDay : 0, ...place };
      }
      if (step !== day || distinct < weekdaysFrom || weekdays === 127) return undefined;
      const found = Array.from({ length: 7 }, (_, weekday) => weekday).filter((weekday) => weekdays & (1 << weekday));
      return { of: 'weekdays', weekdays: found, ...place };
    },
  };
}

/** A quotient, rounded down. */
function floored(a: bigint, by: bigint): bigint {
  return (a - (((a % by) + by) % by)) / by;
}

function divisor(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y > 0) [x, y] = [y, x % y];
  return x;
}
