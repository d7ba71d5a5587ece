import { dayOf } from './civil-date.js';

const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
const TIMESTAMP =
  /^(\d{4}-\d\d-\d\d)([T ])(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?)?$/;

/** A point in time read from text, with the layout that text had. */
export interface ParsedTimestamp {
  /** Whole seconds since 1970-01-01T00:00:00, in UTC where the text has a zone. */
  readonly seconds: number;
  /** 0 ... 999,999,999. */
  readonly nanoseconds: number;
  /** Such as `YYYY-MM-DDTHH:mm:ss.SSSZ`: separator `T` or a space, seconds and decimals as many as written, `Z` or an offset when written. */
  readonly layout: string;
}

/** The days since 1970-01-01 of a date written as YYYY-MM-DD, undefined when the text is none or the day does not exist. */
export function parseDate(text: string): number | undefined {
  const match = DATE.exec(text);
  if (match === null) return undefined;
  return dayOf({ year: Number(match[1]), month: Number(match[2]), day: Number(match[3]) });
}

/** The point in time of an ISO 8601 text (date, `T` or a space, time to the minute or finer, optional `Z` or offset such as `+02:00`, `+0200` or `+02`), undefined when it is none. */
export function parseTimestamp(text: string): ParsedTimestamp | undefined {
  const match = TIMESTAMP.exec(text);
  if (match === null) return undefined;
  const [, date = '', separator = '', hour, minute, second, fraction, zone = ''] = match;
  const days = parseDate(date);
  if (days === undefined || Number(hour) > 23 || Number(minute) > 59 || Number(second ?? 0) > 59) return undefined;
  const decimals = fraction === undefined ? '' : `.${'S'.repeat(fraction.length)}`;
  return {
    seconds: days * 86_400 + Number(hour) * 3600 + Number(minute) * 60 + Number(second ?? 0) - offsetOf(zone),
    nanoseconds: Number((fraction ?? '').padEnd(9, '0')),
    layout: `YYYY-MM-DD${separator}HH:mm${second === undefined ? '' : ':ss'}${decimals}${zone}`,
  };
}

/** The seconds that a zone at the end of a text or a layout is ahead of UTC; 0 for `Z` and none. */
export function offsetOf(text: string): number {
  const [, sign, hours, minutes = '0'] = /([+-])(\d\d):?(\d\d)?$/.exec(text) ?? [];
  return sign === undefined ? 0 : (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60);
}
