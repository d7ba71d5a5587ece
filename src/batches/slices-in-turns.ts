import type { RecordBatch } from 'apache-arrow';
import { pace } from '../pace.js';

/**
 * The rows of a batch, `rows` at a time, uncopied; the event loop may take its turn before each. A batch without rows is given
 * as it is: it still has columns.
 */
export async function* slicesInTurns(batch: RecordBatch, rows: number): AsyncGenerator<RecordBatch, void, void> {
  for (let from = 0; from === 0 || from < batch.numRows; from += rows) {
    await pace();
    yield batch.numRows <= rows ? batch : batch.slice(from, Math.min(batch.numRows, from + rows));
  }
}
