import { civilDateOf } from '../batches/civil-date.js';
import { localDays, weekdayOf } from '../columns/date-part.js';
import type { SampledColumn } from './column-values.js';

const { dayOf, timeOf } = localDays({ day: 86_400_000, zone: 0 });

/** What of a moment in milliseconds comes round again. */
const PARTS: Readonly<Record<string, (moment: number) => number>> = {
  month: (moment) => civilDateOf(dayOf(moment)).month,
  weekday: (moment) => weekdayOf(dayOf(moment)),
  time: timeOf,
};

/** Columns, with month, weekday and time of day behind those named in `dates`, whose numbers are milliseconds. */
export function withDateParts(columns: readonly SampledColumn[], dates: ReadonlySet<string>): SampledColumn[] {
  return columns.flatMap((column) =>
    dates.has(column.name)
      ? [
          column,
          ...Object.entries(PARTS).map(([part, of]) => ({
            ...column,
            name: `${column.name} (${part})`,
            numbers: column.numbers.map((moment) => (Number.isNaN(moment) ? moment : of(moment))),
          })),
        ]
      : [column],
  );
}
