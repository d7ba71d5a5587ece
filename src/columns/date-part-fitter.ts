import type { Field, RecordBatch, Schema } from 'apache-arrow';
import { childOf } from '../batches/child-of.js';
import type { Parts } from '../run-parts.js';
import type { Column, ColumnOptions } from './column.js';
import { type DatePart, datePartField, datePartOf, type Part } from './date-part.js';
import { endsOf } from './number-codes.js';
import type { DayUnits } from './number-storage.js';
import { numberStorageOf } from './number-storage-of.js';
import { fitNumbers } from './numeric.js';

/** How many days a code of a column holds on average, from which on a part is not known by the code. */
const DAYS_OF_CODE: Readonly<Record<Part, number>> = { month: 20, weekday: 2, time: 0.25 };

/** Fits what comes round again in dates, in the pass that fits the columns. */
export interface DatePartFitter {
  add(batch: RecordBatch): void;
  /** The parts to be modelled beside columns, which are those fitted to the same batches; in the order of columns. */
  finish(columns: readonly Column[]): Parts<DatePart[]>;
}

/**
 * Dates and moments that have bins are modelled with their month, weekday and time of day, where bins are too wide to tell them.
 * Columns named in `without` have no parts.
 */
export function createDatePartFitter(
  { fields }: Schema,
  options: ColumnOptions,
  without: ReadonlySet<string>,
): DatePartFitter {
  const names = new Set(fields.map(({ name }) => name));
  const fitted = fields.flatMap((field, place) => {
    const days = numberStorageOf(field.type)?.days;
    if (days === undefined || without.has(field.name)) return [];
    return partsOf(days).flatMap((part) => {
      const own = datePartField(field, part);
      const fitter = fitNumbers(own, options, { kind: 'numeric', identifiers: false });
      return names.has(own.name) ? [] : [{ field, place, days, part, fitter }];
    });
  });
  return {
    add(batch) {
      for (const { place, part, fitter } of fitted) fitter.add(datePartOf(childOf(batch, place), part));
    },
    *finish(columns) {
      const parts: DatePart[] = [];
      for (const { field, place, days, part, fitter } of fitted) {
        yield;
        if (!(daysOfCode(columns[place] as Column, field, days) > DAYS_OF_CODE[part])) continue;
        const finished = fitter.finish();
        const coded = 'next' in finished ? yield* finished : finished;
        if (coded.span !== undefined && coded.span.width > 1) parts.push({ column: field.name, part, coded });
      }
      return parts;
    },
  };
}

function partsOf({ day }: DayUnits): Part[] {
  return day === 1 ? ['month', 'weekday'] : ['month', 'weekday', 'time'];
}

/** How many days a bin of a column holds on average; 0 where it has none, or is not modelled. */
function daysOfCode({ span, toJSON }: Column, { type }: Field, days: DayUnits): number {
  const json = toJSON();
  if (span === undefined || json.kind !== 'datetime' || numberStorageOf(type) === undefined) return 0;
  const bins = json.codes.filter((code) => 'knots' in code);
  const [low, high] = [
    Math.min(...bins.map((code) => endsOf(code)[0])),
    Math.max(...bins.map((code) => endsOf(code)[1])),
  ];
  return bins.length === 0 ? 0 : (high - low) / days.day / bins.length;
}
