import type { RecordBatch, Schema } from 'apache-arrow';
import type { OperatorFunction } from 'rxjs';
import { compressorOf } from './compressor.js';
import { openOutput, requireTarget, type SinkTarget } from './output.js';
import { writeTo } from './write-to.js';

/** What a sink emits when everything was flushed. */
export interface Written {
  readonly rows: number;
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

/** A format of files: how batches of one schema become bytes. The chunks given out are not written to again. */
export interface BatchEncoder {
  begin(): Iterable<Uint8Array>;
  encode(batch: RecordBatch): Iterable<Uint8Array>;
  end(): Iterable<Uint8Array>;
}

/**
 * The sink that all formats of files share: `writeTo` a path, `-` (standard output) or a Node stream, compressed as the path's
 * extension says. `Written.bytes` counts what lies in the target.
 */
export function writeBatches(
  target: SinkTarget,
  createEncoder: (schema: Schema | undefined) => BatchEncoder | Promise<BatchEncoder>,
  options: SinkOptions,
): OperatorFunction<RecordBatch, Written> {
  requireTarget(target);
  const open = (onFailure: (error: Error) => void) => {
    const output = openOutput(target, onFailure, options.end);
    const compressor = compressorOf(target);
    return { output, ...(compressor && { compressor }) };
  };
  return writeTo(open, createEncoder, options);
}
