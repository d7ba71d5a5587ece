import { DataType } from 'apache-arrow';
import type { ColumnKind } from './column.js';
import { fitNumbers } from './numeric.js';

/**
 * Dates, times, timestamps and durations: numbers of their unit, coded as numbers are. What they are apart is kept, so that
 * dates stay at midnight, noons at noon and Mondays on Mondays; and so is their place in the calendar: first or last days of months,
 * quarters or years, working days. Never identifiers: a series has one row a day.
 */
export const datetime: ColumnKind = {
  kind: 'datetime',
  accepts: ({ type }) =>
    DataType.isDate(type) || DataType.isTime(type) || DataType.isTimestamp(type) || DataType.isDuration(type),
  fit: (field, options) => fitNumbers(field, options, { kind: 'datetime', identifiers: false }),
};
