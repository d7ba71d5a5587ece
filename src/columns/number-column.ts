import type { Codec } from './codec.js';
import { type NumberView, numberView } from './number-view.js';

/** A modelled column of numbers or dates among those of a codec. */
export interface NumberColumn {
  readonly name: string;
  /** Its place among the columns. */
  readonly child: number;
  readonly view: NumberView;
  /** What can be compared: empty for numbers, the type of dates and times. */
  readonly unit: string;
}

/** A codec's columns of numbers, in file order. */
export function numberColumns({ schema, columns }: Codec): NumberColumn[] {
  return columns.flatMap((column, child) => {
    const field = schema.fields[child];
    const view = field === undefined ? undefined : numberView(field, column);
    if (field === undefined || view === undefined) return [];
    return [{ name: column.name, child, view, unit: column.kind === 'numeric' ? '' : String(field.type) }];
  });
}
