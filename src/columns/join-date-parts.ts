import { type Data, type Field, Vector } from 'apache-arrow';
import { buildData } from '../batches/build-data.js';
import { civilDateOf } from '../batches/civil-date.js';
import { isSet, validityOf } from '../batches/validity.js';
import { cellsOf } from './cells-of.js';
import type { CodeSlots, Column } from './column.js';
import { type DatePart, localDays, type Part, storageWithDays, weekdayOf } from './date-part.js';
import { decodeCode, evenPlaces } from './decode-code.js';
import { endsOf } from './number-codes.js';
import { readNumbers } from './number-view.js';
import { requireNumberStorage } from './require-number-storage.js';
import { exactOnGrid, rounder } from './rounding.js';

/** Places in a code that are looked at for each of its days, and how many there are at least and at most. */
const [PLACES_PER_DAY, FEWEST, MOST] = [4, 64, 16_384];

/** The key of all days of a code: behind that of the last weekday of December. */
const ALL = 7 * 13;

/** Days of one month and weekday that a code stands for, in their order, and how many of the places looked at are up to each. */
interface Days {
  readonly days: number[];
  readonly ends: number[];
}

/** Which of the days a date is put on: one by their shares, that nearest to what the code alone says, or that itself. */
type Choice = 'share' | 'nearest' | 'own';
const CHOICES: readonly Choice[] = ['share', 'nearest', 'own'];

/** What was drawn for a column of dates. */
export interface DrawnDates {
  /** Its own codes, and where in them values lie. */
  readonly slots: CodeSlots;
  /** What these say alone. */
  readonly plain: Data;
  /** What was drawn for its parts. */
  readonly parts: Readonly<Partial<Record<Part, Data>>>;
}

/**
 * Puts dates together from codes and parts: of the days that a code stands for one that has the month and the weekday drawn, by
 * their shares, and on it the time of day drawn. What a code has no room for stays as the code alone says. Where `isWanted` refuses a
 * value, a nearer day is taken, and at last what the code says. RangeError for a column without dates.
 */
export function dateJoiner(
  field: Field,
  column: Column,
  parts: readonly Pick<DatePart, 'part'>[],
): (drawn: DrawnDates, isWanted?: (value: unknown) => boolean) => Data {
  const json = column.toJSON();
  if (json.kind !== 'datetime') throw new RangeError(`Expected parts of dates, got some of \`${column.name}\``);
  const { codes, rounding } = json;
  const storage = storageWithDays(field.type);
  const local = localDays(storage.days);
  const round = rounder(rounding, storage.nearest);
  const ends = codes.map(endsOf);
  const [byMonth, byWeekday] = (['month', 'weekday'] as const).map((part) =>
    parts.some((other) => other.part === part),
  );
  const keyOf = (month: number, weekday: number) => (byMonth ? month * 7 : 0) + (byWeekday ? weekday : 0);
  const known = codes.map((): (Days | undefined)[] | undefined => undefined);

  /** By month and weekday, and all of them under `ALL`. */
  function daysOf(code: number): (Days | undefined)[] {
    const [low, high] = ends[code] as readonly [number, number];
    const wanted = (PLACES_PER_DAY * (high - low)) / storage.days.day;
    const places = evenPlaces(Math.round(Math.min(MOST, Math.max(FEWEST, wanted))));
    const held = new Map<number, number>();
    for (const value of storage.read(decodeCode(column, code, places))) {
      const day = local.dayOf(value);
      held.set(day, (held.get(day) ?? 0) + 1);
    }
    const byKey: (Days | undefined)[] = [];
    for (const [day, count] of [...held].sort(([a], [b]) => a - b)) {
      for (const key of [keyOf(civilDateOf(day).month, weekdayOf(day)), ALL]) {
        byKey[key] ??= { days: [], ends: [] };
        const { days, ends } = byKey[key] as Days;
        days.push(day);
        ends.push((ends.at(-1) ?? 0) + count);
      }
    }
    return byKey;
  }

  /** A moment at a time of one of the days, that at a place or else one beside it that a code has room for. */
  function onOneOf({ days }: Days, first: number, time: number, code: number): number | undefined {
    // Only the outermost days are in part beyond a code's ends.
    return onDay(days[first], time, code) ?? onDay(days[first - 1], time, code) ?? onDay(days[first + 1], time, code);
  }

  function onDay(day: number | undefined, time: number, code: number): number | undefined {
    if (day === undefined) return undefined;
    const [low, high] = ends[code] as readonly [number, number];
    const value = round(local.at(day, time));
    return value >= low && value <= high ? value : undefined;
  }

  return ({ slots, plain, parts }, isWanted) => {
    const numbers = storage.read(plain);
    const bits = validityOf(plain);
    const [month, weekday, time] = (['month', 'weekday', 'time'] as const).map((part) => numbersOf(parts[part]));
    /** What a row becomes with one of the days that it may be. */
    const joinedAt = (row: number, choice: Choice): number | undefined => {
      const at = slots.offset + row * slots.stride;
      const code = slots.codes[at] as number;
      const value = numbers[row] as number;
      const day = local.dayOf(value);
      const wantedTime = drawnAt(time, row) ?? local.timeOf(value);
      if (choice === 'own') return onDay(day, wantedTime, code);
      const key = keyOf(
        byMonth ? (drawnAt(month, row) ?? civilDateOf(day).month) : 0,
        byWeekday ? (drawnAt(weekday, row) ?? weekdayOf(day)) : 0,
      );
      known[code] ??= daysOf(code);
      for (const some of [known[code]?.[key], known[code]?.[ALL]]) {
        if (some === undefined) continue;
        const place = choice === 'nearest' ? nearest(some, day) : byShare(some, slots.uniforms[at] as number);
        const found = onOneOf(some, place, wantedTime, code);
        if (found !== undefined) return found;
      }
      return undefined;
    };
    const joined = numbers.slice();
    let open = rowsThat(slots.rows, (row) => isSet(bits, row));
    for (const choice of isWanted === undefined ? CHOICES.slice(0, 1) : CHOICES) {
      for (const row of open) joined[row] = joinedAt(row, choice) ?? (numbers[row] as number);
      if (isWanted === undefined || open.length === 0) continue;
      const values = [...cellsOf(new Vector([dataOf(joined, plain)]))];
      open = open.filter((row) => !isWanted(values[row]));
    }
    if (isWanted !== undefined) for (const row of open) joined[row] = numbers[row] as number;
    return dataOf(joined, plain);
  };

  function dataOf(numbers: Float64Array, { length, nullCount: nulls, nullBitmap }: Data): Data {
    const values = storage.write(numbers);
    if (storage.bits64) exactOnGrid(values as BigInt64Array, numbers, rounding);
    return buildData(field.type, { length, nulls, values, bitmap: nulls > 0 ? nullBitmap : undefined });
  }
}

/** The place of the day at a share of a code's rows, in (0, 1). */
function byShare({ days, ends }: Days, share: number): number {
  const wanted = share * (ends.at(-1) as number);
  let place = 0;
  while (place < days.length - 1 && (ends[place] as number) <= wanted) place += 1;
  return place;
}

function nearest({ days }: Days, day: number): number {
  let place = 0;
  while (
    place < days.length - 1 &&
    Math.abs((days[place + 1] as number) - day) < Math.abs((days[place] as number) - day)
  )
    place += 1;
  return place;
}

function rowsThat(rows: number, is: (row: number) => boolean): Int32Array {
  return Int32Array.from({ length: rows }, (_, row) => row).filter(is);
}

/** A part by row, NaN where it is null; undefined where it is none of the column's. */
function numbersOf(part: Data | undefined): Float64Array | undefined {
  return part && readNumbers(requireNumberStorage(part.type), part);
}

function drawnAt(part: Float64Array | undefined, row: number): number | undefined {
  const drawn = part?.[row];
  return Number.isNaN(drawn) ? undefined : drawn;
}
