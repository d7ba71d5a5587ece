import type { RecordBatch } from 'apache-arrow';
import { batchOf } from './batch-of.js';
import { concat } from './concat.js';
import { gather } from './gather.js';

/**
 * Each row of `records` followed by its variants: row i of `variants`, which has the same schema, belongs to row
 * `sources[i]`; sources never fall.
 */
export function interleave(records: RecordBatch, variants: RecordBatch, sources: ArrayLike<number>): RecordBatch {
  const both = concat([records, variants]);
  const order = new Int32Array(both.numRows);
  let [at, variant] = [0, 0];
  for (let row = 0; row < records.numRows; row += 1) {
    order[at++] = row;
    for (; variant < sources.length && sources[variant] === row; variant += 1) order[at++] = records.numRows + variant;
  }
  return batchOf(
    records.schema,
    order.length,
    both.data.children.map((child) => gather(child, order)),
  );
}
