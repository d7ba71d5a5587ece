import type { Data, Field, RecordBatch, Schema } from 'apache-arrow';
import { childOf } from '../batches/child-of.js';
import type { Parts } from '../run-parts.js';
import type { Column, ColumnFitter, ColumnOptions } from './column.js';
import { createCycleFitter } from './cycle-fitter.js';
import { type DatePart, datePartField, datePartsOf, type Part } from './date-part.js';
import { endsOf } from './number-codes.js';
import type { DayUnits } from './number-storage.js';
import { numberStorageOf } from './number-storage-of.js';
import { fitNumbers } from './numeric.js';

/** How many days a code of a column holds on average, from which on a part is not known by the code. */
const DAYS_OF_CODE: Readonly<Record<Part, number>> = { month: 20, weekday: 2, time: 0.25 };

/** The highest of what is counted. */
const HIGHEST = { month: 12, weekday: 6 } as const;

/** In tables of fewer rows, days of the week are only modelled where some are more frequent: there is little else to learn of them. */
const FEW_ROWS = 2000;

/** Fits what comes round again in dates, in the pass that fits the columns. */
export interface DatePartFitter {
  add(batch: RecordBatch): void;
  /** The parts to be modelled beside columns, which are those fitted to the same batches; in the order of columns. */
  finish(columns: readonly Column[]): Parts<DatePart[]>;
}

/**
 * Dates and moments that have bins are modelled with their month, weekday and time of day, where bins are too wide to tell them;
 * in tables of fewer than 2,000 rows with weekdays that differ in how often they occur.
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
    const parts = partsOf(days).filter((part) => !names.has(datePartField(field, part).name));
    const fitters = parts.map((part) => fitterOf(datePartField(field, part), part, options));
    return [{ field, place, days, parts, fitters }];
  });
  let rows = 0;
  return {
    add(batch) {
      rows += batch.numRows;
      for (const { place, parts, fitters } of fitted) {
        const values = datePartsOf(childOf(batch, place), parts);
        fitters.forEach((fitter, i) => {
          fitter.add(values[i] as Data);
        });
      }
    },
    *finish(columns) {
      const found: DatePart[] = [];
      for (const { field, place, days, parts, fitters } of fitted) {
        const held = daysOfCode(columns[place] as Column, days);
        for (const [i, part] of parts.entries()) {
          yield;
          if (held <= DAYS_OF_CODE[part]) continue;
          const finished = (fitters[i] as ColumnFitter).finish();
          const coded = 'next' in finished ? yield* finished : finished;
          if (coded.span === undefined || coded.span.width < 2) continue;
          if (part === 'weekday' && rows < FEW_ROWS && !isUneven(coded.codeRows ?? [])) continue;
          found.push({ column: field.name, part, coded });
        }
      }
      return found;
    },
  };
}

function fitterOf(field: Field, part: Part, options: ColumnOptions): ColumnFitter {
  return part === 'time'
    ? fitNumbers(field, options, { kind: 'numeric', identifiers: false })
    : createCycleFitter(field, HIGHEST[part]);
}

function partsOf({ day }: DayUnits): Part[] {
  return day === 1 ? ['month', 'weekday'] : ['month', 'weekday', 'time'];
}

/** How many days a bin of a column holds on average; 0 where it has none, or is not modelled. */
function daysOfCode(column: Column, { day }: DayUnits): number {
  const json = column.toJSON();
  if (column.span === undefined || json.kind !== 'datetime') return 0;
  const bins = json.codes.filter((code) => 'knots' in code);
  if (bins.length === 0) return 0;
  const ends = bins.map(endsOf);
  const [low, high] = [Math.min(...ends.map(([low]) => low)), Math.max(...ends.map(([, high]) => high))];
  return (high - low) / day / bins.length;
}

/** Whether counts differ by more than chance: Pearson's statistic, four standard deviations beyond its mean. */
function isUneven(counts: readonly number[]): boolean {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  const statistic = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  const freedom = counts.length - 1;
  return statistic > freedom + 4 * Math.sqrt(2 * freedom);
}
