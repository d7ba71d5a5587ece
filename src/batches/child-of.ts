import type { Data, RecordBatch } from 'apache-arrow';

/** A batch's column by its place, with exactly the batch's rows: Arrow allows children to be longer than what they belong to. */
export function childOf(batch: RecordBatch, index: number): Data {
  const child = batch.data.children[index] as Data;
  return child.length === batch.numRows ? child : child.slice(0, batch.numRows);
}
