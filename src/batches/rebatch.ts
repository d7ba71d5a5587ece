import type { RecordBatch } from 'apache-arrow';
import { concat } from './concat.js';

/**
 * Regroups a stream of batches of one schema into batches of exactly `rows` rows (1 or more), the last one smaller.
 *
 * Rows are sliced without copying; only a batch that joins pieces of several is a copy. A stream of batches without any row
 * gives one batch without rows, which carries the schema; a stream without batches gives none.
 */
export async function* rebatch(
  batches: AsyncIterable<RecordBatch> | Iterable<RecordBatch>,
  rows: number,
): AsyncGenerator<RecordBatch, void, undefined> {
  if (!Number.isSafeInteger(rows) || rows < 1) throw new RangeError(`Expected 1 row or more in a batch, got ${rows}`);
  let pieces: RecordBatch[] = [];
  let held = 0;
  let empty: RecordBatch | undefined;
  let emitted = false;
  for await (const batch of batches) {
    if (batch.numRows === 0) empty ??= batch;
    for (let at = 0; at < batch.numRows; ) {
      const end = Math.min(batch.numRows, at + rows - held);
      pieces.push(at === 0 && end === batch.numRows ? batch : batch.slice(at, end));
      held += end - at;
      at = end;
      if (held === rows) {
        yield joined(pieces);
        emitted = true;
        pieces = [];
        held = 0;
      }
    }
  }
  if (held > 0) yield joined(pieces);
  else if (!emitted && empty !== undefined) yield empty;
}

function joined(pieces: readonly RecordBatch[]): RecordBatch {
  const [only] = pieces;
  return pieces.length === 1 && only !== undefined ? only : concat(pieces);
}
