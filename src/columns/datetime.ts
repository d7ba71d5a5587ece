import { DataType } from 'apache-arrow';
import type { ColumnKind } from './column.js';
import { fitNumbers } from './numeric.js';

/**
 * Dates, times, timestamps and durations: numbers of their unit, coded as numbers are. Their greatest common divisor is
 * kept, so that dates stay at midnight and full hours stay full hours. Never identifiers: a series has one row a day.
 */
export const datetime: ColumnKind = {
  kind: 'datetime',
  accepts: ({ type }) =>
    DataType.isDate(type) || DataType.isTime(type) || DataType.isTimestamp(type) || DataType.isDuration(type),
  fit: (field, options) => fitNumbers(field, options, { kind: 'datetime', identifiers: false }),
};
