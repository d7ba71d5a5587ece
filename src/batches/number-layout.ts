import type { Field } from 'apache-arrow';
import { numberWriter } from './number-format.js';

/** A way in which people write numbers: what stands around them, and what between their digits. */
export interface NumberLayout {
  /** What stands before decimals; undefined where there are none. */
  readonly decimalMark: string | undefined;
  /** What stands between thousands; empty for nothing. */
  readonly group: string;
  /** How many decimals each number has; undefined where they differ. */
  readonly decimals: number | undefined;
  /** What stands around positive and negative numbers; zero is written as positive ones are, unless it has a section of its own. */
  readonly positive: Affixes;
  readonly negative: Affixes;
  readonly hasZero: boolean;
  /**
   * The number of a text; undefined for a text of another layout, and for one that `write` would not give back. A `lenient` reading takes
   * another count of decimals.
   */
  parse(text: string, lenient?: boolean): number | undefined;
  /** The text of a number, with more decimals where the layout would round it; undefined where it has none: infinities, NaN, and numbers with an exponent. */
  write(value: number | bigint): string | undefined;
}

/** What stands around the digits of a number. */
export interface Affixes {
  readonly before: string;
  readonly after: string;
}

/** Marks that may stand between thousands: comma, point, apostrophes, and blanks that may not break a line or may. */
export const GROUP_MARKS = ",.'\u2019 \u00a0\u202f\u2009";

const SECTION = new RegExp(
  `^([^#0-9;]*)((?:#([${GROUP_MARKS}])##)?0(?:([,.])(0{1,20}|0?#))?)(?![,.])([^#0-9;]*)$`,
  'u',
);
/** Characters, at most, of digits that float64 always gives back. */
const SAFE_LENGTH = 15;
/** Characters of digits, at most, that are written. */
const LONGEST_DIGITS = 64;
/** Of numbers with fewer units of their last decimal each has a float64 of its own. */
const MOST_UNITS = 1e15;
/** JavaScript gives smaller numbers exponents. */
const LEAST_PLAIN = 1e-6;

/**
 * A layout such as `$#,##0.00`, `#.##0,00 €`, `0.# %` or `$#,##0.00;($#,##0.00)`: as spreadsheets write formats, but with the marks as they
 * stand in the texts. `0.00` has two decimals, `0.#` as many as there are, `0.0#` at least one; `#,##0` has marks between thousands, `0` has none.
 *
 * A second section, after a semicolon, is for negative numbers (default: the first one behind a minus), a third for zero (default: the first one).
 * Undefined for what is no layout.
 */
export function numberLayout(layout: string): NumberLayout | undefined {
  const matches = layout.split(';').map((section) => SECTION.exec(section));
  const [, first = '', number = '', group = '', mark, decimals = '', last = ''] = matches[0] ?? [];
  if (number === '' || group === mark || matches.length > 3 || matches.some((match) => match?.[2] !== number)) return;
  const around = (index: number) => {
    const match = matches[index];
    return match ? { before: match[1] ?? '', after: match[6] ?? '' } : undefined;
  };
  const positive = { before: first, after: last };
  const negative = around(1) ?? { before: `-${first}`, after: last };
  const zero = around(2);
  const [strict, loose] = patternsOf(group, mark, decimals);
  const digitsOf = digitsIn(decimals);

  function spell(digits: string): string | undefined {
    const point = digits.indexOf('.');
    if (digits.includes('e') || digits.length > LONGEST_DIGITS || (point >= 0 && mark === undefined)) return undefined;
    const whole = point < 0 ? digits : digits.slice(0, point);
    if (whole === 'Infinity' || whole === 'NaN') return undefined;
    const grouped = group === '' ? whole : inGroups(whole, group);
    return point < 0 ? grouped : grouped + mark + digits.slice(point + 1);
  }

  function write(value: number | bigint): string | undefined {
    const isNegative = value < 0 || (Object.is(value, -0) && mark !== undefined);
    const size = isNegative ? -value : value;
    const digits = spell(
      Number.isSafeInteger(Number(size)) || typeof size === 'number' ? digitsOf(Number(size)) : String(size),
    );
    const { before, after } = isNegative ? negative : Number(size) === 0 ? (zero ?? positive) : positive;
    return digits === undefined ? undefined : before + digits + after;
  }

  function numberIn(text: string, { before, after }: Affixes, pattern: RegExp): number | undefined {
    if (!text.startsWith(before) || !text.endsWith(after)) return undefined;
    let digits = text.slice(before.length, text.length - after.length);
    if (!pattern.test(digits)) return undefined;
    if (group !== '') digits = digits.replaceAll(group, '');
    return Number(mark === ',' ? digits.replace(',', '.') : digits);
  }

  return {
    decimalMark: mark,
    group,
    decimals: decimals.includes('#') ? undefined : decimals.length,
    positive,
    negative,
    hasZero: zero !== undefined,
    parse(text, lenient = false) {
      const pattern = lenient ? loose : strict;
      let value = numberIn(text, positive, pattern);
      if (value === undefined || (zero !== undefined && value === 0)) {
        const below = numberIn(text, negative, pattern);
        value = below === undefined ? undefined : -below;
        if (value === undefined && zero !== undefined && numberIn(text, zero, pattern) === 0) value = 0;
      }
      if (value === undefined || (mark === undefined && (Object.is(value, -0) || !Number.isSafeInteger(value))))
        return undefined;
      const isSafe = text.length <= SAFE_LENGTH && (value === 0 || Math.abs(value) >= LEAST_PLAIN);
      return isSafe || lenient || write(value) === text ? value : undefined;
    },
    write,
  };
}

/** The layout in a field's metadata `rx-augment:number`; undefined where there is none. */
export function numberLayoutOf({ metadata }: Field): NumberLayout | undefined {
  const layout = metadata.get('rx-augment:number');
  return layout === undefined ? undefined : numberLayout(layout);
}

function inGroups(digits: string, mark: string): string {
  let end = digits.length % 3 || 3;
  let text = digits.slice(0, end);
  for (; end < digits.length; end += 3) text += mark + digits.slice(end, end + 3);
  return text;
}

/** A function that spells numbers, 0 or more, with a point before decimals: in full what the layout would round. */
function digitsIn(decimals: string): (size: number) => string {
  if (decimals === '' || decimals === '#') return String;
  if (decimals === '0#') return numberWriter({ minDecimals: 1 });
  const { length } = decimals;
  const format = numberWriter({ decimals: length });
  const unit = 10 ** length;
  return (size) => {
    const units = Math.round(size * unit);
    // Of so few digits one decimal alone reads as the number: several times as fast as to write and read it.
    if (units < MOST_UNITS && units / unit === size) {
      const digits = String(units).padStart(length + 1, '0');
      return `${digits.slice(0, -length)}.${digits.slice(-length)}`;
    }
    const short = format(size);
    return Number(short) === size ? short : String(size);
  };
}

/** The digits of a number as the layout has them, and with any count of decimals. */
function patternsOf(group: string, mark: string | undefined, decimals: string): readonly [RegExp, RegExp] {
  const whole = group === '' ? '(?:0|[1-9]\\d*)' : `(?:0|[1-9]\\d{0,2}(?:[${group}]\\d{3})*)`;
  if (mark === undefined) return [new RegExp(`^${whole}$`), new RegExp(`^${whole}$`)];
  const any = `(?:[${mark}]\\d+)?`;
  const parts: Readonly<Record<string, string>> = {
    '#': `(?:[${mark}]\\d*[1-9])?`,
    '0#': `[${mark}](?:\\d*[1-9]|0)`,
  };
  const part = parts[decimals] ?? `[${mark}]\\d{${decimals.length}}`;
  return [new RegExp(`^${whole}${part}$`), new RegExp(`^${whole}${any}$`)];
}
