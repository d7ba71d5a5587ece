import { localDays, partsIn } from '../columns/date-part.js';
import type { SampledColumn } from './column-values.js';

/** What of a moment in milliseconds comes round again. */
const PARTS = partsIn(localDays({ day: 86_400_000, zone: 0 }));

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
