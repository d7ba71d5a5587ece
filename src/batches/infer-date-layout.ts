import { dateLayout } from './date-layout.js';

/**
 * The layouts (see `dateLayout`) in which all of some texts are dates, moments or times of day that come back as they are written:
 * none, one, or the two with day and month either way round where no text tells which is which.
 *
 * Dates are numbers with `-`, `/` or `.` in between, the year of four digits first or last, or have an English name for the month (`Jan 1 2000`, `January 1, 2000`,
 * `1-Jan-2000`); times follow after a space, a comma and a space, or a `T`, to the minute or second, of 24 hours or of 12 with AM or PM.
 * Where texts leave open whether a part is padded, as days of late January do, all parts are taken to be, or none where one is not.
 */
export function inferDateLayout(texts: readonly string[]): readonly string[] {
  const [first] = texts;
  if (first === undefined || first.length > LONGEST) return [];
  const [, date, separator = '', time] = SHAPE.exec(first) ?? [];
  if ((date === undefined && time === undefined) || (date !== undefined && time !== undefined) !== (separator !== ''))
    return [];
  const times = time === undefined ? [''] : timesLike(time);
  const orders = date === undefined ? [['']] : datesLike(date);
  return orders.flatMap((dates) => {
    const layouts = dates.flatMap((date) => times.map((time) => date + separator + time));
    layouts.sort((a, b) => placeOf(a) - placeOf(b));
    const found = layouts.find((layout) => {
      const parse = dateLayout(layout)?.parse;
      return parse !== undefined && texts.every((text) => parse(text) !== undefined);
    });
    return found === undefined ? [] : [found];
  });
}

/** Characters of the longest text there can be: `September 30, 2000, 12:00:00 PM`. */
const LONGEST = 31;

const SHAPE =
  /^(\d[^: ,]*\d{4}|\d{4}\D\d+\D\d+|\d+ [A-Z][a-z]+ \d{4}|[A-Z][a-z]+ \d+,? \d{4})?(, |[ T])?(\d{1,2}:\d\d.*)?$/;

/** The layouts a date may have; one list for each order of day and month. */
function datesLike(date: string): string[][] {
  const [, year = ''] = /^\d{4}([-/.])\d{1,2}\1\d{1,2}$/.exec(date) ?? [];
  if (year !== '') return [either(['MM', 'M'], ['DD', 'D'], (month, day) => `YYYY${year}${month}${year}${day}`)];
  const [, mark = ''] = /^\d{1,2}([-/.])\d{1,2}\1\d{4}$/.exec(date) ?? [];
  if (mark !== '') {
    return [
      either(['DD', 'D'], ['MM', 'M'], (day, month) => `${day}${mark}${month}${mark}YYYY`),
      either(['MM', 'M'], ['DD', 'D'], (month, day) => `${month}${mark}${day}${mark}YYYY`),
    ];
  }
  const [, comma] = /^[A-Z][a-z]+ \d{1,2}(,?) \d{4}$/.exec(date) ?? [];
  if (comma !== undefined)
    return [either(['MMM', 'MMMM'], ['DD', 'D'], (month, day) => `${month} ${day}${comma} YYYY`)];
  const [, gap] = /^\d{1,2}([- ])[A-Z][a-z]+\1\d{4}$/.exec(date) ?? [];
  if (gap !== undefined)
    return [either(['DD', 'D'], ['MMM', 'MMMM'], (day, month) => `${day}${gap}${month}${gap}YYYY`)];
  return [];
}

/** The place of a layout among those tried: all parts padded first, then the fewest, and last those where one of day and month is. */
function placeOf(layout: string): number {
  if (!/(?<![DMHh])[DMHh](?![DMHh])/.test(layout)) return -1;
  const padded: readonly string[] = layout.match(/DD|HH|hh|(?<!M)MM(?!M)/g) ?? [];
  const isMixed = padded.includes('DD') ? /(?<!M)M(?!M)/.test(layout) : padded.includes('MM');
  return padded.length + (isMixed ? 4 : 0);
}

function timesLike(time: string): string[] {
  const [, seconds, gap = '', half] = /^\d{1,2}:\d\d(:\d\d)?(?:( ?)([AP]M|[ap]m))?$/.exec(time) ?? [];
  const end = `:mm${seconds === undefined ? '' : ':ss'}`;
  if (half === undefined) return [`HH${end}`, `H${end}`];
  const mark = half === half.toUpperCase() ? 'A' : 'a';
  return [`hh${end}${gap}${mark}`, `h${end}${gap}${mark}`];
}

function either(
  first: readonly string[],
  second: readonly string[],
  join: (first: string, second: string) => string,
): string[] {
  return first.flatMap((one) => second.map((other) => join(one, other)));
}
