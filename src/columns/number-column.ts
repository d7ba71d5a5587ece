import type { Codec } from './codec.js';
import type { ScaledColumn } from './number-scale.js';
import { type NumberView, numberView } from './number-view.js';

/** A modelled column of numbers or dates among those of a codec. */
export interface NumberColumn extends ScaledColumn {
  /** Its place among the columns. */
  readonly child: number;
  readonly scale: NumberView;
}

/** A codec's columns of numbers, in file order. */
export function numberColumns({ schema, columns }: Codec): NumberColumn[] {
  return columns.flatMap((column, child) => {
    const field = schema.fields[child];
    const scale = field === undefined ? undefined : numberView(field, column);
    if (field === undefined || scale === undefined) return [];
    return [{ name: column.name, child, scale, unit: column.kind === 'numeric' ? '' : String(field.type) }];
  });
}
