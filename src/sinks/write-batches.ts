import type { RecordBatch, Schema } from 'apache-arrow';
import { Observable, type OperatorFunction } from 'rxjs';
import { sameSchema } from '../batches/same-schema.js';
import { SchemaMismatchError } from '../errors.js';
import { mapOrdered } from '../operators/flow.js';
import { type Output, openOutput, requireTarget, type SinkTarget } from './output.js';

/** What a sink emits when everything was flushed. */
export interface Written {
  readonly rows: number;
  readonly bytes: number;
  /** The path, `standard output`, `standard error` or `stream`. */
  readonly target: string;
}

/** Options of every sink. */
export interface SinkOptions {
  /** Ends the writing with an error, the signal's reason. */
  readonly signal?: AbortSignal;
  /** Whether a stream is ended at the end, and destroyed on failure; default true, but false for standard output and error. */
  readonly end?: boolean;
  /** The schema to expect; by default the first batch's. With it, an input without batches still gives a valid file. */
  readonly schema?: Schema;
}

/** A format of files: how batches of one schema become bytes. The chunks given out are not written to again. */
export interface BatchEncoder {
  begin(): Iterable<Uint8Array>;
  encode(batch: RecordBatch): Iterable<Uint8Array>;
  end(): Iterable<Uint8Array>;
}

/**
 * The sink that all formats share: writes batches one after the other, holding each until its bytes were accepted, then
 * emits one `Written` and completes.
 *
 * `createEncoder` gets the schema, or undefined when there was no batch and no option `schema`. A batch with another schema is a
 * SchemaMismatchError. Any failure, an unsubscribe and an abort leave a file untouched; a stream of the caller's is then
 * destroyed where `end` holds, so that its reader cannot take a part for the whole. Target and options as in `toCsv`.
 */
export function writeBatches(
  target: SinkTarget,
  createEncoder: (schema: Schema | undefined) => BatchEncoder,
  { signal, end, schema: expected }: SinkOptions,
): OperatorFunction<RecordBatch, Written> {
  requireTarget(target);
  return (source) =>
    new Observable<Written>((subscriber) => {
      let output: Output | undefined;
      let encoder: BatchEncoder | undefined;
      let schema = expected;
      let rows = 0;
      let bytes = 0;
      let batches = 0;

      // Cleans up first: whoever hears of an error may end the process.
      const fail = (error: unknown) => {
        output?.discard();
        subscriber.error(error);
      };
      const abort = () => fail(signal?.reason);

      async function send(chunks: Iterable<Uint8Array>): Promise<void> {
        for (const chunk of chunks) {
          if (subscriber.closed) return;
          await output?.write(chunk);
          bytes += chunk.byteLength;
        }
      }

      async function begin(): Promise<BatchEncoder> {
        const created = createEncoder(schema);
        encoder = created;
        await send(created.begin());
        return created;
      }

      async function write(batch: RecordBatch): Promise<void> {
        schema ??= batch.schema;
        batches += 1;
        const difference = sameSchema(schema, batch.schema);
        if (difference !== undefined)
          throw new SchemaMismatchError(
            `Expected all batches to have one schema, but ${difference} (batch ${batches})`,
          );
        await send((encoder ?? (await begin())).encode(batch));
        rows += batch.numRows;
      }

      async function finish(): Promise<void> {
        await send((encoder ?? (await begin())).end());
        if (subscriber.closed || output === undefined) return;
        await output.finish();
        subscriber.next({ rows, bytes, target: output.name });
        subscriber.complete();
      }

      if (signal?.aborted) return abort();
      output = openOutput(target, fail, end);
      signal?.addEventListener('abort', abort, { once: true });
      subscriber.add(() => {
        signal?.removeEventListener('abort', abort);
        output?.discard();
      });
      subscriber.add(
        source.pipe(mapOrdered(write)).subscribe({ error: fail, complete: () => void finish().catch(fail) }),
      );
    });
}
