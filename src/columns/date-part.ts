import { type Data, type DataType, Field, Int8, Int64 } from 'apache-arrow';
import { buildData } from '../batches/build-data.js';
import { civilDateOf } from '../batches/civil-date.js';
import { bitmapOf, clearBit, isSet, validityOf } from '../batches/validity.js';
import type { Column } from './column.js';
import type { DayUnits } from './number-storage.js';
import { requireNumberStorage } from './require-number-storage.js';

/** What of a date comes round again: the month of the year (1 ... 12), the day of the week (0 for Thursday), the time of day. */
export type Part = 'month' | 'weekday' | 'time';

/** A part of a column of dates or moments that is modelled beside it. */
export interface DatePart {
  readonly column: string;
  readonly part: Part;
  /** Codes of the part; its field is `datePartField`. */
  readonly coded: Column;
}

const NAMES: Readonly<Record<Part, string>> = { month: 'month', weekday: 'weekday', time: 'time of day' };

/** The field of a part of a column. */
export function datePartField({ name }: Pick<Field, 'name'>, part: Part): Field {
  return new Field(`${name} (${NAMES[part]})`, part === 'time' ? new Int64() : new Int8(), true);
}

/** Days and times of day in a column's own zone. */
export interface LocalDays {
  dayOf(value: number): number;
  timeOf(value: number): number;
  /** The value at a time of a day. */
  at(day: number, time: number): number;
}

/** The days of a type that has them. Times of day are in its unit, those of nanoseconds in microseconds: float64 tells no more. */
export function localDays({ day, zone }: DayUnits): LocalDays {
  const scale = day > 86_400_000_000 ? 1000 : 1;
  const length = day / scale;
  const local = (value: number) => (scale === 1 ? value : Math.round(value / scale)) + zone / scale;
  const dayOf = (value: number) => Math.floor(local(value) / length);
  return {
    dayOf,
    timeOf: (value) => local(value) - dayOf(value) * length,
    at: (days, time) => (days * length + time - zone / scale) * scale,
  };
}

/** The day of the week of a day, counted since 1970-01-01: 0 for Thursday. */
export function weekdayOf(day: number): number {
  return ((day % 7) + 7) % 7;
}

/** The parts of a value. */
export function partsIn({ dayOf, timeOf }: LocalDays): Readonly<Record<Part, (value: number) => number>> {
  return {
    month: (value) => civilDateOf(dayOf(value)).month,
    weekday: (value) => weekdayOf(dayOf(value)),
    time: timeOf,
  };
}

/** Parts of each row of a column, in the order asked for, null where the row is. TypeError for a type without days. */
export function datePartsOf(data: Data, parts: readonly Part[]): Data[] {
  const storage = storageWithDays(data.type);
  const of = partsIn(localDays(storage.days));
  const numbers = storage.read(data);
  const bits = validityOf(data);
  const bitmap = bits && bitmapFrom(bits, data);
  return parts.map((part) => {
    const { type } = datePartField({ name: '' }, part);
    const values = requireNumberStorage(type).write(numbers.map(of[part]));
    return buildData(type, { length: data.length, nulls: data.nullCount, bitmap, values });
  });
}

/** A bitmap whose first bit is that of a column's first row. */
function bitmapFrom(bits: Uint8Array, { offset, length }: Data): Uint8Array {
  if (offset === 0) return bits;
  const bitmap = bitmapOf(length, true);
  for (let row = 0; row < length; row += 1) if (!isSet(bits, offset + row)) clearBit(bitmap, row);
  return bitmap;
}

/** How a type with days keeps its numbers. TypeError for others. */
export function storageWithDays(type: DataType) {
  const storage = requireNumberStorage(type);
  const { days } = storage;
  if (days === undefined) throw new TypeError(`Expected dates or moments, got ${type}`);
  return { ...storage, days };
}
