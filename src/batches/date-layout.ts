import type { Field } from 'apache-arrow';
import { civilDateOf, dayOf } from './civil-date.js';

/** A way in which dates, moments or times of day are spelled. */
export interface DateLayout {
  readonly of: 'date' | 'moment' | 'time';
  /** Whole seconds since 1970-01-01T00:00:00, of times since midnight; undefined for a text of another layout and for a day there is not. */
  parse(text: string): number | undefined;
  /** The text of which `parse` makes these seconds; undefined where there is none. */
  write(seconds: number): string | undefined;
}

const SECONDS_PER_DAY = 86_400;
const TOKEN = /YYYY|MMMM|MMM|MM|M|DD|D|HH|H|hh|h|mm|ss|A|a/g;
const ISO = /^YYYY-MM-DD[T ]HH:mm(?::ss(?:\.S+)?)?(?:Z|[+-]\d\d(?::?\d\d)?)?$/;

const LONG_MONTHS = 'January February March April May June July August September October November December'.split(' ');
const SHORT_MONTHS = LONG_MONTHS.map((name) => name.slice(0, 3));

/** What a text is made of. */
interface Parts {
  readonly year: number;
  /** 1 ... 12. */
  readonly month: number;
  readonly day: number;
  /** 0 ... 23. */
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** One token: its spellings as a regular expression, the part it stands for, and both ways between them. */
interface Token {
  readonly pattern: string;
  readonly part: keyof Parts | 'half';
  read(text: string): number;
  write(parts: Parts): string;
}

const padded = (value: number) => (value < 10 ? `0${value}` : `${value}`);
const numeric = (part: keyof Parts, pattern: string, write: (value: number) => string = String): Token => ({
  pattern,
  part,
  read: Number,
  write: (parts) => write(parts[part]),
});
const named = (names: readonly string[]): Token => ({
  pattern: names.join('|'),
  part: 'month',
  read: (text) => names.indexOf(text) + 1,
  write: ({ month }) => names[month - 1] as string,
});
const onDial = (pattern: string, write: (value: number) => string): Token => ({
  pattern,
  part: 'hour',
  read: (text) => Number(text) % 12,
  write: ({ hour }) => write(hour % 12 || 12),
});
const half = (before: string, after: string): Token => ({
  pattern: `${before}|${after}`,
  part: 'half',
  read: (text) => (text === after ? 12 : 0),
  write: ({ hour }) => (hour < 12 ? before : after),
});

const TOKENS: Readonly<Record<string, Token>> = {
  YYYY: numeric('year', '\\d{4}', (year) => String(year).padStart(4, '0')),
  MMMM: named(LONG_MONTHS),
  MMM: named(SHORT_MONTHS),
  MM: numeric('month', '0[1-9]|1[0-2]', padded),
  M: numeric('month', '[1-9]|1[0-2]'),
  DD: numeric('day', '0[1-9]|[12]\\d|3[01]', padded),
  D: numeric('day', '[1-9]|[12]\\d|3[01]'),
  HH: numeric('hour', '[01]\\d|2[0-3]', padded),
  H: numeric('hour', '\\d|1\\d|2[0-3]'),
  hh: onDial('0[1-9]|1[0-2]', padded),
  h: onDial('[1-9]|1[0-2]', String),
  mm: numeric('minute', '[0-5]\\d', padded),
  ss: numeric('second', '[0-5]\\d', padded),
  A: half('AM', 'PM'),
  a: half('am', 'pm'),
};

/**
 * A layout such as `DD.MM.YYYY`, `M/D/YYYY h:mm A`, `MMM D YYYY` or `HH:mm`. Two letters pad with a zero, one does not; `MMM` and
 * `MMMM` are English names of months, `HH` and `H` the hour of 24, `hh` and `h` that of 12, with `AM` and `PM` for `A`; all else
 * stands for itself. Undefined for what has neither a whole date nor hour and minute, or a part twice, or is no ASCII.
 */
export function dateLayout(layout: string): DateLayout | undefined {
  const tokens = (layout.match(TOKEN) ?? []).map((name) => TOKENS[name] as Token);
  const literals = layout.split(TOKEN);
  const found = new Set(tokens.map(({ part }) => part));
  const isDate = found.has('year') && found.has('month') && found.has('day');
  const isTime = found.has('hour') && found.has('minute');
  const hasSeconds = found.has('second');
  const ofTwelve = tokens.some((token) => token === TOKENS.hh || token === TOKENS.h);
  // Whole dates and whole times, each part once.
  const size = (isDate ? 3 : 0) + (isTime ? 2 + Number(hasSeconds) + Number(ofTwelve) : 0);
  if (
    /[^ -~]/.test(layout) ||
    size === 0 ||
    found.size !== size ||
    tokens.length !== size ||
    ofTwelve !== found.has('half')
  )
    return undefined;
  const escaped = literals.map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  const pattern = new RegExp(
    `^${escaped.map((text, i) => (i === 0 ? '' : `(${tokens[i - 1]?.pattern})`) + text).join('')}$`,
  );
  return {
    of: isDate ? (isTime ? 'moment' : 'date') : 'time',
    parse(text) {
      const match = pattern.exec(text);
      if (match === null) return undefined;
      const parts = { year: 1970, month: 1, day: 1, hour: 0, minute: 0, second: 0, half: 0 };
      tokens.forEach((token, i) => {
        parts[token.part] = token.read(match[i + 1] as string);
      });
      const days = dayOf(parts);
      if (days === undefined) return undefined;
      return days * SECONDS_PER_DAY + (parts.hour + parts.half) * 3600 + parts.minute * 60 + parts.second;
    },
    write(seconds) {
      const days = Math.floor(seconds / SECONDS_PER_DAY);
      const rest = seconds - days * SECONDS_PER_DAY;
      const minutes = Math.floor(rest / 60);
      const hour = Math.floor(minutes / 60);
      const { year, month, day } = civilDateOf(days);
      const parts = { year, month, day, hour, minute: minutes - hour * 60, second: rest - minutes * 60 };
      const isHeld = (isTime || rest === 0) && (hasSeconds || parts.second === 0);
      if (!isHeld || (isDate ? year < 0 || year > 9999 : days !== 0)) return undefined;
      let text = literals[0] as string;
      for (let i = 0; i < size; i += 1) text += (tokens[i] as Token).write(parts) + (literals[i + 1] as string);
      return text;
    },
  };
}

/** The layout in a field's metadata `rx-augment:datetime`; undefined where there is none, or one of ISO 8601. */
export function dateLayoutOf({ metadata }: Field): DateLayout | undefined {
  const layout = metadata.get('rx-augment:datetime');
  return layout === undefined || ISO.test(layout) ? undefined : dateLayout(layout);
}
