import { type RecordBatch, Schema } from 'apache-arrow';
import { Observable, type OperatorFunction } from 'rxjs';
import { requireBatch } from '../batches/require-batch.js';
import { requireSameSchema } from '../batches/require-same-schema.js';
import { mapOrdered } from '../operators/flow.js';
import { pace } from '../pace.js';
import type { OptionNames } from '../require-options.js';
import { valueText } from '../value-text.js';
import type { Compressor } from './compressor.js';
import type { Output } from './output.js';

/** What a sink emits when everything was flushed. */
export interface Written {
  /** Records written. */
  readonly rows: number;
  /** Bytes in the target, compressed where it is; of a PostgreSQL table those of the copy, of a DuckDB table 0. */
  readonly bytes: number;
  /** The path, `standard output`, `standard error` or `stream`; the table of a database. */
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

/** The names of the options of every sink. */
export const SINK_OPTIONS: OptionNames<SinkOptions> = { signal: 'signal', end: 'boolean', schema: true };

/** A format of files: how batches of one schema become bytes. A chunk lasts until the next one is asked for. */
export interface BatchEncoder {
  begin(): Iterable<Uint8Array>;
  encode(batch: RecordBatch): Iterable<Uint8Array>;
  end(): Iterable<Uint8Array>;
}

/** Where bytes go, opened, and what packs them on their way. */
export interface Place {
  readonly output: Output;
  readonly compressor?: Compressor;
}

/**
 * The sink that all others are made of: writes batches one after the other, holding each until its bytes were accepted, then
 * emits one `Written` and completes.
 *
 * `open` is called once for each subscription, before it subscribes to its input. `createEncoder` gets the schema, or
 * undefined when there was no batch and no option `schema`. A batch with another schema is a SchemaMismatchError, what is no batch a TypeError. Any
 * failure, an unsubscribe and an abort discard the output before they are told.
 */
export function writeTo(
  open: (onFailure: (error: Error) => void) => Place,
  createEncoder: (schema: Schema | undefined) => BatchEncoder | Promise<BatchEncoder>,
  { signal, schema: expected }: Omit<SinkOptions, 'end'>,
): OperatorFunction<RecordBatch, Written> {
  if (expected !== undefined && !(expected instanceof Schema))
    throw new TypeError(`Expected \`schema\` to be a schema of apache-arrow, got ${valueText(expected)}`);
  return (source) =>
    new Observable<Written>((subscriber) => {
      let place: Place | undefined;
      let encoder: BatchEncoder | undefined;
      let schema = expected;
      let rows = 0;
      let bytes = 0;
      let batches = 0;

      // Cleans up first: whoever hears of an error may end the process.
      const fail = (error: unknown) => {
        discard();
        subscriber.error(error);
      };
      const abort = () => fail(signal?.reason);
      const discard = () => {
        place?.compressor?.close();
        place?.output.discard();
      };

      async function send(chunks: Iterable<Uint8Array>): Promise<void> {
        for (const chunk of chunks) {
          if (subscriber.closed) return;
          if (place?.compressor === undefined) await store([chunk]);
          else await store(await place.compressor.add(chunk));
          // Before the next one is encoded.
          await pace();
        }
      }

      async function store(chunks: readonly Uint8Array[]): Promise<void> {
        for (const chunk of chunks) {
          if (subscriber.closed) return;
          await place?.output.write(chunk);
          bytes += chunk.byteLength;
        }
      }

      async function begin(): Promise<BatchEncoder> {
        const created = await createEncoder(schema);
        encoder = created;
        if (!subscriber.closed) await place?.output.begin?.(schema);
        await send(created.begin());
        return created;
      }

      async function write(batch: RecordBatch): Promise<void> {
        requireBatch(batch);
        schema ??= batch.schema;
        batches += 1;
        requireSameSchema(schema, batch.schema, 'Expected all batches to have one schema', ` (batch ${batches})`);
        await send((encoder ?? (await begin())).encode(batch));
        rows += batch.numRows;
      }

      async function finish(): Promise<void> {
        await send((encoder ?? (await begin())).end());
        if (subscriber.closed || place === undefined) return;
        if (place.compressor !== undefined) await store(await place.compressor.end());
        if (subscriber.closed) return;
        await place.output.finish();
        subscriber.next({ rows, bytes, target: place.output.name });
        subscriber.complete();
      }

      if (signal?.aborted) return abort();
      place = open(fail);
      signal?.addEventListener('abort', abort, { once: true });
      subscriber.add(() => {
        signal?.removeEventListener('abort', abort);
        discard();
      });
      subscriber.add(
        source.pipe(mapOrdered(write)).subscribe({ error: fail, complete: () => void finish().catch(fail) }),
      );
    });
}
