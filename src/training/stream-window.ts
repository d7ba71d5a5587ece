import type { RecordBatch } from 'apache-arrow';
import type { Codec } from '../columns/codec.js';
import type { CodecFitter } from '../columns/codec-fitter.js';
import { createSpool, type SpoolOptions } from './spool.js';

/** So many rows of a stream, gathered to fit columns to. */
export interface StreamWindow {
  /** Rows gathered so far. */
  readonly rows: number;
  /** Rows that it still has room for. */
  readonly room: number;
  /** Adds a batch of at most `room` rows. SchemaMismatchError for other columns than the first batch's. */
  add(batch: RecordBatch): Promise<void>;
  /** The columns, fitted to the rows. RangeError where there are none. */
  fit(): Promise<Codec>;
  /** The rows, those of empty batches left out. */
  batches(): AsyncIterable<RecordBatch>;
  /** Frees memory and file; may be called again. */
  close(): Promise<void>;
}

/** A window of `size` rows, kept as a spool keeps batches: in memory, beyond its bound in a temporary file. */
export function createStreamWindow(
  size: number,
  options: SpoolOptions,
  createFitter: (batch: RecordBatch) => CodecFitter,
): StreamWindow {
  const spool = createSpool(options);
  let fitter: CodecFitter | undefined;
  return {
    get rows() {
      return spool.rows;
    },
    get room() {
      return size - spool.rows;
    },
    async add(batch) {
      fitter ??= createFitter(batch);
      await fitter.addInTurns(batch);
      await spool.add(batch);
    },
    async fit() {
      if (fitter === undefined) throw new RangeError('Expected at least one record batch to train on, got none');
      return fitter.finishInTurns();
    },
    batches: () => spool.batches(),
    close: () => spool.close(),
  };
}
