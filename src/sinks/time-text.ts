import { TimeUnit } from 'apache-arrow';
import { offsetOf } from '../batches/parse-time.js';

const SECONDS_PER_DAY = 86_400;
const MAX_DAYS = 1e8;
const CACHED_DAYS = 65_536;

/**
 * A function that writes days since 1970-01-01 as YYYY-MM-DD, the year with a sign and six digits where four are too few;
 * a RangeError beyond the 100 million days that a Date spans either way.
 */
export function dateWriter(): (days: number) => string {
  const cache = new Map<number, string>();
  return (days) => {
    let text = cache.get(days);
    if (text === undefined) {
      if (!(Math.abs(days) <= MAX_DAYS))
        throw new RangeError(`Expected a date within 100 million days of 1970, got ${days} days`);
      text = new Date(days * SECONDS_PER_DAY * 1000).toISOString().slice(0, -14);
      if (cache.size >= CACHED_DAYS) cache.clear();
      cache.set(days, text);
    }
    return text;
  };
}

/**
 * A function that writes points in time since 1970-01-01T00:00:00 in ISO 8601; a RangeError where `dateWriter` has one.
 *
 * `layout` (such as `YYYY-MM-DD HH:mm`, `YYYY-MM-DDTHH:mm:ss.SSSZ` or, five hours behind, `YYYY-MM-DDTHH:mm:ss-05:00`) fixes what is written; a value that is finer than it has
 * what it needs all the same. Without it, `T`, seconds, as many decimals as are needed (none, 3, 6 or 9) and `Z` where there is a
 * time zone.
 */
export function timestampWriter(unit: TimeUnit, zoned: boolean, layout?: string): (value: bigint) => string {
  const digits = fractionDigits(unit);
  const writeDate = dateWriter();
  const separator = layout?.charAt(10) ?? 'T';
  const withSeconds = layout?.includes(':ss') ?? true;
  const decimals = layout === undefined ? undefined : layout.split('S').length - 1;
  const zone = layout === undefined ? (zoned ? 'Z' : '') : (/(?:Z|[+-]\d\d(?::?\d\d)?)$/.exec(layout)?.[0] ?? '');
  const offset = offsetOf(zone);
  return (value) => {
    const [utc, rest] = split(value, digits);
    const seconds = utc + offset;
    const days = Math.floor(seconds / SECONDS_PER_DAY);
    const finer = (!withSeconds && seconds % 60 !== 0) || rest % 10 ** Math.max(0, digits - (decimals ?? digits)) !== 0;
    const time = timeOfDay(seconds - days * SECONDS_PER_DAY, withSeconds || finer);
    return writeDate(days) + separator + time + fraction(rest, digits, finer ? undefined : decimals) + zone;
  };
}

/** A function that writes a time of day as HH:mm:ss with as many decimals as are needed (none, 3, 6 or 9). */
export function timeWriter(unit: TimeUnit): (value: bigint | number) => string {
  const digits = fractionDigits(unit);
  return (value) => {
    const [seconds, rest] = split(value, digits);
    return timeOfDay(seconds, true) + fraction(rest, digits);
  };
}

function fractionDigits(unit: TimeUnit): 0 | 3 | 6 | 9 {
  switch (unit) {
    case TimeUnit.SECOND:
      return 0;
    case TimeUnit.MILLISECOND:
      return 3;
    case TimeUnit.MICROSECOND:
      return 6;
    case TimeUnit.NANOSECOND:
      return 9;
    default:
      return unit satisfies never;
  }
}

/** Whole seconds, rounded down, and the rest in units of 10^-digits seconds, 0 or more. */
function split(value: bigint | number, digits: number): readonly [seconds: number, rest: number] {
  const whole = Number(value);
  if (Number.isSafeInteger(whole)) {
    const per = 10 ** digits;
    const rest = ((whole % per) + per) % per;
    return [(whole - rest) / per, rest];
  }
  const per = 10n ** BigInt(digits);
  const exact = BigInt(value);
  const rest = ((exact % per) + per) % per;
  return [Number((exact - rest) / per), Number(rest)];
}

function timeOfDay(seconds: number, withSeconds: boolean): string {
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const text = `${pad(hours)}:${pad(minutes - hours * 60)}`;
  return withSeconds ? `${text}:${pad(seconds - minutes * 60)}` : text;
}

function pad(value: number): string {
  return value < 10 ? `0${value}` : `${value}`;
}

function fraction(rest: number, digits: number, decimals?: number): string {
  if (decimals === 0 || (decimals === undefined && rest === 0)) return '';
  const text = digits === 0 ? '' : String(rest).padStart(digits, '0');
  return `.${decimals === undefined ? text.replace(/(?:000)+$/, '') : text.padEnd(decimals, '0').slice(0, decimals)}`;
}
