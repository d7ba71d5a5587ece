import type { Field } from 'apache-arrow';
import { isSet, validityOf } from '../batches/validity.js';
import type { ColumnFitter } from './column.js';
import { leastRowsOf } from './least-rows.js';
import { numericColumn } from './numeric-column.js';
import { opaqueColumn } from './opaque.js';

/**
 * Fits a column of whole numbers from 0 to `highest`, at most 127, such as months: each that at least five rows share (from 20 on) is a code,
 * the others count as the nearest. Not modelled where there is no such number.
 */
export function createCycleFitter(field: Field, highest: number): ColumnFitter {
  const counts = new Array<number>(highest + 1).fill(0);
  let rows = 0;
  let nulls = 0;
  return {
    add(data) {
      const values = data.values as Int8Array;
      const bits = validityOf(data);
      rows += data.length;
      for (let row = 0; row < data.length; row += 1) {
        const value = values[row] as number;
        if (isSet(bits, data.offset + row)) counts[value] = (counts[value] as number) + 1;
        else nulls += 1;
      }
    },
    finish() {
      const codes = counts.flatMap((held, value) => (held >= leastRowsOf(rows) ? [{ value, rows: held }] : []));
      if (codes.length === 0) return opaqueColumn(field, `each of its numbers in fewer than ${leastRowsOf(rows)} rows`);
      const none = { negativeInfinity: 0, positiveInfinity: 0, nan: 0 };
      return numericColumn(field, {
        kind: 'numeric',
        name: field.name,
        rounding: { step: 1, decimals: 0 },
        ...none,
        null: nulls,
        codes,
      });
    },
  };
}
