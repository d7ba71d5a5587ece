import type { RecordBatch } from 'apache-arrow';
import { childOf } from '../batches/child-of.js';
import type { Codec } from './codec.js';

/** How often each code of a column occurs in some rows. */
export interface CodeCounts {
  readonly column: string;
  /** Rows by code; the last cell counts values that have none: categories, numbers and nulls that fitting never saw. */
  readonly cells: Float64Array;
  /** How many of as many rows as the codec was fitted to would be in the last cell, had nothing changed. */
  readonly foreignExpected: number;
}

/**
 * Counts the codes of a batch, column by column, constants included; natural values are counted by the codes they would
 * have. Columns without codes are left out: identifiers, free text and images. Needs a codec that comes from fitting.
 */
export function countCodes(codec: Codec, batch: RecordBatch): CodeCounts[] {
  return codec.columns.flatMap((column, i) => {
    const coded = column.coded ?? column;
    if (coded.span?.likelihood !== 'categorical') return [];
    const data = childOf(batch, i);
    const cells = new Float64Array(coded.span.width + 1);
    const codes = new Uint16Array(batch.numRows);
    const none = cells.length - 1;
    const foreign: number[] = [];
    coded.encode(data, codes, 0, 1, (_, row) => foreign.push(row));
    coded.forEachForeign?.(data, (row) => foreign.push(row));
    for (const row of foreign) codes[row] = none;
    for (const code of codes) cells[code] = (cells[code] as number) + 1;
    return [{ column: column.name, cells, foreignExpected: coded.seenOnce ?? 0 }];
  });
}
