import type { FileHandle } from 'node:fs/promises';
import { type RecordBatch, Schema } from 'apache-arrow';
import type { AsyncBuffer, FileMetaData } from 'hyparquet';
import type { Observable } from 'rxjs';
import { batchOf } from '../batches/batch-of.js';
import { rebatch } from '../batches/rebatch.js';
import { counted } from '../counted.js';
import { InputError } from '../errors.js';
import { fromAsync } from '../operators/flow.js';
import { pathOf } from '../path-of.js';
import { isCompressed } from './decompress.js';
import { type ByteSource, type LocalSource, openFile, readBytes, sourceName } from './open-bytes.js';
import { parquetFields } from './parquet-schema.js';
import { physicalData } from './physical-data.js';

/** Options of `fromParquet`. */
export interface FromParquetOptions {
  /** Ends the stream with an error, the signal's reason. */
  readonly signal?: AbortSignal;
  /** Number of batches kept downstream at which reading pauses, 1 or more; default 4. */
  readonly limit?: number;
  /** Rows in a batch, 1 or more; default 4096. */
  readonly batchRows?: number;
}

/**
 * The rows of a Parquet file as record batches of exactly `batchRows` rows, the last one smaller. A file without rows gives one
 * batch without rows, which carries the schema (see `parquetFields`).
 *
 * Errors are InputErrors that name the file: bytes that are no Parquet, a damaged or truncated file, nested columns, a missing
 * file. The format's checksums are not looked at. Memory: one row group; but a file that does not come from an uncompressed path is held whole, as
 * its table of contents is at its end.
 */
export function fromParquet(place: ByteSource, options: FromParquetOptions = {}): Observable<RecordBatch> {
  const source = pathOf(place);
  const { signal, limit, batchRows = 4096 } = options;
  if (!Number.isSafeInteger(batchRows) || batchRows < 1) {
    throw new RangeError(`Expected \`batchRows\` to be 1 or more, got ${batchRows}`);
  }
  const name = sourceName(source);
  return fromAsync((signal) => rebatch(readFile(source, name, signal), batchRows), {
    ...(limit !== undefined && { limit }),
    ...(signal && { signal }),
  });
}

async function* readFile(
  source: LocalSource,
  name: string,
  signal: AbortSignal,
): AsyncGenerator<RecordBatch, void, void> {
  if (typeof source !== 'string' || source === '-' || isCompressed(source)) {
    yield* readGroups(await wholeOf(source, signal), name);
    return;
  }
  const handle = await openFile(source);
  try {
    const stat = await handle.stat();
    // A pipe under a path can only be read from its beginning to its end.
    yield* readGroups(stat.isFile() ? accessTo(handle, stat.size) : await wholeOf(source, signal), name);
  } finally {
    await handle.close();
  }
}

async function wholeOf(source: LocalSource, signal: AbortSignal): Promise<AsyncBuffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of readBytes(source, signal)) chunks.push(chunk);
  const bytes = new Uint8Array(Buffer.concat(chunks));
  return { byteLength: bytes.length, slice: (start, end) => bytes.buffer.slice(start, end) };
}

function accessTo(handle: FileHandle, byteLength: number): AsyncBuffer {
  return {
    byteLength,
    async slice(start, end = byteLength) {
      if (!(start >= 0 && start <= end && end <= byteLength)) throw new RangeError('a part lies outside the file');
      const bytes = new Uint8Array(end - start);
      let held = 0;
      while (held < bytes.length) {
        const { bytesRead } = await handle.read(bytes, held, bytes.length - held, start + held);
        if (bytesRead === 0) break;
        held += bytesRead;
      }
      return bytes.buffer;
    },
  };
}

async function* readGroups(file: AsyncBuffer, source: string): AsyncGenerator<RecordBatch, void, void> {
  if (file.byteLength === 0) throw new InputError('Expected a Parquet file, got an empty input', { source });
  const metadata = await attempt(source, () => footerOf(file));
  const fields = parquetFields(metadata, source);
  const schema = new Schema(fields);
  const { parquetScan } = await import('hyparquet');
  const { compressors } = await import('hyparquet-compressors');
  const physical = { ...metadata, schema: metadata.schema.map(physicalElement) };
  let rowStart = 0;
  for (const { num_rows: count } of metadata.row_groups) {
    const rows = Number(count);
    const rowEnd = rowStart + rows;
    const columns = await attempt(source, async () => {
      const options = { file, metadata: physical, compressors, utf8: false, geoparquet: false, rowStart, rowEnd };
      const scan = await parquetScan({ ...options, parsers: { timestampFromNanoseconds: (value: bigint) => value } });
      const columns = [];
      for (const { name, type } of fields) {
        const values = await scan.readColumn({ column: name, rowStart, rowEnd });
        if (values.length !== rows)
          throw new RangeError(`${counted(values.length, 'value')} for ${counted(rows, 'row')}`);
        columns.push(physicalData(type, values as ArrayLike<unknown>));
      }
      return columns;
    });
    if (rows > 0) yield batchOf(schema, rows, columns);
    rowStart = rowEnd;
  }
  if (rowStart === 0)
    yield batchOf(
      schema,
      0,
      fields.map(({ type }) => physicalData(type, [])),
    );
}

async function footerOf(file: AsyncBuffer): Promise<FileMetaData> {
  if (file.byteLength < 12) throw new RangeError('a file too short for a footer');
  const { parquetMetadataAsync } = await import('hyparquet');
  return parquetMetadataAsync(file, { geoparquet: false });
}

/** A column as it is stored: what its values stand for is left to `physicalData`, which loses nothing. */
function physicalElement<T extends FileMetaData['schema'][number]>(element: T): T {
  const { converted_type: _, logical_type: __, ...stored } = element;
  return stored as T;
}

async function attempt<T>(source: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    if (cause instanceof Error && 'code' in cause && 'syscall' in cause) throw cause;
    const found = cause instanceof Error ? cause.message.replaceAll(/\s+/g, ' ') : String(cause);
    throw new InputError(`Expected Parquet data, got a damaged or truncated file: ${found}`, { source }, { cause });
  }
}
