import { type RecordBatch, RecordBatchReader } from 'apache-arrow';
import type { Observable } from 'rxjs';
import { nameFields } from '../batches/name-fields.js';
import { rebatch } from '../batches/rebatch.js';
import { InputError } from '../errors.js';
import { fromAsync } from '../operators/flow.js';
import { pathOf } from '../path-of.js';
import { requireOptions } from '../require-options.js';
import {
  type ArrowMessage,
  beginsAsArrowFile,
  fileMessages,
  messageBytes,
  type RandomAccess,
  streamMessages,
} from './arrow-messages.js';
import { createByteReader } from './byte-reader.js';
import { checkBatch } from './check-batch.js';
import { checkMessages } from './check-messages.js';
import { isCompressed } from './decompress.js';
import { type ByteSource, type LocalSource, openFile, readBytes, readHandle, sourceName } from './open-bytes.js';
import { READING_OPTIONS } from './reading-options.js';
import { unpackMessages } from './unpack-messages.js';

/** Options of `fromArrow`. */
export interface FromArrowOptions {
  /** Ends the stream with an error, the signal's reason. */
  readonly signal?: AbortSignal;
  /** Number of batches kept downstream at which reading pauses, 1 or more; default 4. */
  readonly limit?: number;
  /** Rows in a batch, 1 or more; default 4096. */
  readonly batchRows?: number;
}

/**
 * The rows of an Arrow stream or file (recognised by its content) as record batches of exactly `batchRows` rows, the last
 * one smaller, however the input is divided. Buffers may be compressed by LZ4 or zstd, as those of Feather files are. Input
 * without rows gives one batch without rows, which carries the schema.
 *
 * Errors are InputErrors: bytes that are no Arrow, truncated or big-endian data, compressed data that is damaged, messages and columns
 * that do not fit together, two columns of one name, a missing file. The format has no checksums, but for those that LZ4 may have: other
 * damage shows as wrong values or names. Memory: one batch of the input, packed and unpacked where it is compressed, and
 * one of the output; but an Arrow file that does not come from a path is held whole, as its table of contents is at its end.
 */
export function fromArrow(place: ByteSource, options: FromArrowOptions = {}): Observable<RecordBatch> {
  requireOptions('fromArrow()', options, READING_OPTIONS);
  const source = pathOf(place);
  const { signal, limit, batchRows = 4096 } = options;
  if (!Number.isSafeInteger(batchRows) || batchRows < 1) {
    throw new RangeError(`Expected \`batchRows\` to be 1 or more, got ${batchRows}`);
  }
  const name = sourceName(source);
  return fromAsync(
    (signal) => {
      const messages = checkMessages(unpackMessages(readMessages(source, name, signal), name), name);
      return rebatch(readBatches(messages, name), batchRows);
    },
    { ...(limit !== undefined && { limit }), ...(signal && { signal }) },
  );
}

async function* readMessages(
  source: LocalSource,
  name: string,
  signal: AbortSignal,
): AsyncGenerator<ArrowMessage, void, void> {
  if (typeof source !== 'string' || source === '-' || isCompressed(source)) {
    const chunks = readBytes(source, signal);
    try {
      yield* messagesOf(chunks, name, async (head, rest) => bytesAccess(head, rest));
    } finally {
      await chunks.return();
    }
    return;
  }
  const handle = await openFile(source);
  try {
    const { size } = await handle.stat();
    yield* messagesOf(readHandle(handle), name, async (head, rest) => {
      if (size === 0) return bytesAccess(head, rest); // a pipe under a path
      return {
        size,
        async readAt(offset, length) {
          const bytes = new Uint8Array(length);
          let held = 0;
          while (held < length) {
            const { bytesRead } = await handle.read(bytes, held, length - held, offset + held);
            if (bytesRead === 0) break;
            held += bytesRead;
          }
          return bytes.subarray(0, held);
        },
      };
    });
  } finally {
    await handle.close();
  }
}

async function* messagesOf(
  chunks: AsyncGenerator<Uint8Array, void, void>,
  name: string,
  access: (head: Uint8Array, rest: AsyncIterable<Uint8Array>) => Promise<RandomAccess>,
): AsyncGenerator<ArrowMessage, void, void> {
  const reader = createByteReader(chunks);
  const head = await reader.read(8);
  if (!beginsAsArrowFile(head)) yield* streamMessages(head, reader, name);
  else yield* fileMessages(await access(head, restOf(reader)), name);
}

async function* restOf(reader: { read(length: number): Promise<Uint8Array> }): AsyncGenerator<Uint8Array, void, void> {
  for (let chunk = await reader.read(2 ** 20); chunk.length > 0; chunk = await reader.read(2 ** 20)) yield chunk;
}

async function bytesAccess(head: Uint8Array, rest: AsyncIterable<Uint8Array>): Promise<RandomAccess> {
  const pieces = [head];
  for await (const piece of rest) pieces.push(piece);
  const bytes = Buffer.concat(pieces);
  // A copy, because values must be aligned in memory as they are in a file of their own.
  return {
    size: bytes.length,
    readAt: async (offset, length) => new Uint8Array(bytes.subarray(offset, offset + length)),
  };
}

async function* readBatches(
  messages: AsyncGenerator<ArrowMessage, void, void>,
  source: string,
): AsyncGenerator<RecordBatch, void, void> {
  const bytes = messageBytes(messages);
  try {
    const reader = await RecordBatchReader.from(bytes);
    await reader.open();
    nameFields(reader.schema.fields);
    for await (const batch of reader) {
      checkBatch(batch, source);
      yield batch;
    }
  } catch (cause) {
    if (cause instanceof InputError || !(cause instanceof Error)) throw cause;
    if (cause.name === 'AbortError' || 'code' in cause) throw cause;
    throw new InputError(`Expected Arrow data, got bytes that cannot be read: ${cause.message}`, { source }, { cause });
  } finally {
    await bytes.return();
  }
}
