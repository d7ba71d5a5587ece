import type { RecordBatch } from 'apache-arrow';
import { batchOf } from './batch-of.js';
import { concat } from './concat.js';
import { gather } from './gather.js';

/** Each row of `records` followed by its `copies` rows of `variants`, which has rows * copies rows of the same schema. */
export function interleave(records: RecordBatch, variants: RecordBatch, copies: number): RecordBatch {
  const both = concat([records, variants]);
  const order = new Int32Array(both.numRows);
  let at = 0;
  for (let row = 0; row < records.numRows; row += 1) {
    order[at++] = row;
    for (let copy = 0; copy < copies; copy += 1) order[at++] = records.numRows + row * copies + copy;
  }
  return batchOf(
    records.schema,
    order.length,
    both.data.children.map((child) => gather(child, order)),
  );
}
