import { RecordBatch, Table } from 'apache-arrow';
import { requireBatch } from '../batches/require-batch.js';
import { valueText } from '../value-text.js';

/** What pushes batches: an RxJS Observable, or anything with its `subscribe`. */
export interface BatchObservable {
  subscribe(observer: { next(batch: RecordBatch): void; error(error: unknown): void; complete(): void }): unknown;
}

/** A table, read once: batches of one schema. */
export type ReportInput = Iterable<RecordBatch> | AsyncIterable<RecordBatch> | BatchObservable;

/**
 * Calls `useBatch` with each batch, in order. What pushes is held up by the call itself, so nothing piles up. Rejects with the
 * source's error, with what `useBatch` throws, which ends the source, or with a TypeError for what gives no batches.
 */
export async function readBatches(input: ReportInput, useBatch: (batch: RecordBatch) => void): Promise<void> {
  const use = (batch: RecordBatch) => {
    requireBatch(batch);
    useBatch(batch);
  };
  requireInput('a', input);
  if (!('subscribe' in input)) {
    for await (const batch of input) use(batch);
    return;
  }
  await new Promise<void>((resolve, reject) => {
    let failed = false;
    let end = () => {};
    const subscription = input.subscribe({
      next(batch) {
        if (failed) return;
        try {
          use(batch);
        } catch (error) {
          failed = true;
          reject(error);
          end();
        }
      },
      error: reject,
      complete: resolve,
    }) as { unsubscribe?: () => void } | undefined;
    end = () => subscription?.unsubscribe?.();
    if (failed) end();
  });
}

/** A TypeError for what gives no batches; `which` table it is. */
export function requireInput(which: string, given: unknown): void {
  const isObject =
    typeof given === 'object' && given !== null && !(given instanceof RecordBatch || given instanceof Table);
  if (isObject && ('subscribe' in given || Symbol.asyncIterator in given || Symbol.iterator in given)) return;
  throw new TypeError(`Expected ${which} table as record batches, such as fromCsv(path), got ${foundText(given)}`);
}

function foundText(given: unknown): string {
  if (given instanceof Table) return 'a Table: give its `batches`';
  return given instanceof RecordBatch ? 'a single one: put it into a list' : valueText(given);
}
