import { AsyncByteQueue, RecordBatch, RecordBatchFileWriter, RecordBatchStreamWriter, type Schema } from 'apache-arrow';
import type { OperatorFunction } from 'rxjs';
import { requireOptions } from '../require-options.js';
import type { SinkTarget } from './output.js';
import { shareDictionaries } from './shared-dictionaries.js';
import { writeBatches } from './write-batches.js';
import { type BatchEncoder, SINK_OPTIONS, type SinkOptions, type Written } from './write-to.js';

/** Options of `toArrow`. */
export interface ToArrowOptions extends SinkOptions {
  /** The Arrow IPC format: `file` can be read at random, `stream` from a pipe. Default `file` for a path that ends in .arrow or .feather, else `stream`. */
  readonly format?: 'stream' | 'file';
}

/**
 * Writes batches in the Arrow IPC format to a path, `-` (standard output) or a Node stream, then emits one `Written` and completes.
 *
 * A path gets its file when it is complete; otherwise it is left as it was. Batches may reuse their buffers afterwards: bytes
 * are copied. The file format has one dictionary a column: those of later batches are merged into it, and a RangeError says where
 * the indices are too small for that. Errors: a batch with another schema is a SchemaMismatchError, no batch at all without the option `schema` a
 * TypeError, an unknown format a RangeError; what the target reports (such as `EPIPE`) is passed on.
 */
export function toArrow(target: SinkTarget, options: ToArrowOptions = {}): OperatorFunction<RecordBatch, Written> {
  requireOptions('toArrow()', options, { ...SINK_OPTIONS, format: true });
  const isFile = typeof target === 'string' && /\.(arrow|feather)$/i.test(target);
  const { format = isFile ? 'file' : 'stream' } = options;
  if (format !== 'file' && format !== 'stream')
    throw new RangeError(`Expected the format to be \`file\` or \`stream\`, got \`${String(format)}\``);
  return writeBatches(target, (schema) => arrowEncoder(format, schema), options);
}

function arrowEncoder(format: 'stream' | 'file', schema: Schema | undefined): BatchEncoder {
  if (schema === undefined)
    throw new TypeError(
      'Expected at least one batch or the option `schema`: Arrow files begin with a schema, got none',
    );
  const collector = new Collector();
  const writer = format === 'file' ? new RecordBatchFileWriter() : new RecordBatchStreamWriter();
  const share = format === 'file' ? shareDictionaries() : (batch: RecordBatch) => batch;
  return {
    begin() {
      writer.reset(collector, schema);
      return collector.take();
    },
    encode(batch) {
      writer.write(share(withSchema(batch, schema)));
      return collector.take();
    },
    end() {
      writer.close();
      return collector.take();
    },
  };
}

/** Keeps what a writer writes. Its base class would join ranges that touch in one ArrayBuffer, and columns may share one. */
class Collector extends AsyncByteQueue<Uint8Array> {
  private chunks: Uint8Array[] = [];
  private joined = new Uint8Array(0);

  override write(chunk: Uint8Array): void {
    this.chunks.push(chunk);
  }

  /** All bytes since the last time as one chunk, in memory that is used again: the writer hands out the batch's own buffers. */
  take(): Uint8Array[] {
    const size = this.chunks.reduce((sum, { length }) => sum + length, 0);
    if (this.joined.length < size) this.joined = Buffer.allocUnsafeSlow(size);
    let at = 0;
    for (const chunk of this.chunks) {
      this.joined.set(chunk, at);
      at += chunk.length;
    }
    this.chunks = [];
    return [this.joined.subarray(0, size)];
  }
}

/** The batch with the schema object that was written: the writer ends the file without a word when metadata or the ids of dictionaries differ. */
function withSchema(batch: RecordBatch, schema: Schema): RecordBatch {
  return batch.schema === schema ? batch : new RecordBatch(schema, batch.data, batch.metadata);
}
