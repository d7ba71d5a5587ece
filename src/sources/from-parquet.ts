import type { FileHandle } from 'node:fs/promises';
import type { RecordBatch } from 'apache-arrow';
import type { AsyncBuffer, RowGroup } from 'hyparquet';
import type { Observable } from 'rxjs';
import { batchOf } from '../batches/batch-of.js';
import { rebatch } from '../batches/rebatch.js';
import { counted } from '../counted.js';
import { InputError } from '../errors.js';
import { fromAsync } from '../operators/flow.js';
import { pathOf } from '../path-of.js';
import { requireOptions } from '../require-options.js';
import { assembleColumn } from './assemble-column.js';
import { isCompressed } from './decompress.js';
import { type ByteSource, type LocalSource, openFile, readBytes, sourceName } from './open-bytes.js';
import { leavesOf, type ParquetNode } from './parquet-nodes.js';
import { type ParquetTable, parquetTable } from './parquet-schema.js';
import type { ColumnChunk } from './read-chunk.js';
import { READING_OPTIONS } from './reading-options.js';

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
 * batch without rows, which carries the schema (see `parquetTable`).
 *
 * Errors are InputErrors that name the file: bytes that are no Parquet, a damaged or truncated file, columns of types that Arrow lacks, a missing
 * file. The format's checksums are not looked at. Memory: one row group; but a file that does not come from an uncompressed path is held whole, as
 * its table of contents is at its end.
 */
export function fromParquet(place: ByteSource, options: FromParquetOptions = {}): Observable<RecordBatch> {
  requireOptions('fromParquet()', options, READING_OPTIONS);
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
  const { schema, nodes, groups } = await attempt(source, () => footerOf(file, source));
  let isEmpty = true;
  for (const group of groups) {
    const rows = Number(group.num_rows);
    const columns = await attempt(source, async () => {
      const columns = [];
      for (const node of nodes) {
        const chunks = await chunksOf(node, group, file);
        const data = assembleColumn(node, (position) => chunks.get(position) as ColumnChunk);
        if (data.length !== rows) throw new RangeError(`${counted(data.length, 'value')} for ${counted(rows, 'row')}`);
        columns.push(data);
      }
      return columns;
    });
    if (rows > 0) yield batchOf(schema, rows, columns);
    isEmpty &&= rows === 0;
  }
  if (!isEmpty) return;
  const none = nodes.map((node) => assembleColumn(node, () => NO_VALUES));
  yield batchOf(schema, 0, none);
}

/** PAR1, the last bytes of a file. */
const MAGIC = 0x31524150;

const NO_VALUES: ColumnChunk = {
  length: 0,
  definitions: undefined,
  repetitions: undefined,
  deepest: 0,
  values: [],
  words: [],
};

async function footerOf(file: AsyncBuffer, source: string): Promise<ParquetTable & { groups: readonly RowGroup[] }> {
  if (file.byteLength < 12) throw new RangeError('a file too short for a footer');
  const { parquetMetadata, parquetSchema } = await import('hyparquet');
  const { checkThrift } = await import('./check-thrift.js');
  const end = new DataView(await file.slice(file.byteLength - 8, file.byteLength));
  const isParquet = end.getUint32(4, true) === MAGIC;
  const size = isParquet ? end.getUint32(0, true) : 0;
  const footer = await file.slice(Math.max(0, file.byteLength - 8 - size), file.byteLength);
  if (isParquet) checkThrift({ view: new DataView(footer), offset: 0 });
  const metadata = parquetMetadata(footer, { geoparquet: false });
  return { ...parquetTable(parquetSchema(metadata), metadata, source), groups: metadata.row_groups };
}

/** The chunks of a column's leaves in a row group, by their positions. */
async function chunksOf(node: ParquetNode, group: RowGroup, file: AsyncBuffer): Promise<Map<number, ColumnChunk>> {
  const { compressors } = await import('hyparquet-compressors');
  const { readChunk } = await import('./read-chunk.js');
  const chunks = new Map<number, ColumnChunk>();
  for (const { position, path } of leavesOf(node)) {
    const { meta_data: metadata, file_path: elsewhere } = group.columns[position] ?? {};
    if (metadata === undefined || elsewhere !== undefined) throw new RangeError('a column without its data');
    const isOnePerRow = path.every(({ element }) => element.repetition_type !== 'REPEATED');
    if (isOnePerRow && metadata.num_values !== group.num_rows)
      throw new RangeError(`${metadata.num_values} values for ${group.num_rows} rows`);
    const begin = Number(metadata.dictionary_page_offset || metadata.data_page_offset);
    const bytes = new Uint8Array(await file.slice(begin, begin + Number(metadata.total_compressed_size)));
    chunks.set(position, await readChunk({ bytes, metadata, path }, compressors));
  }
  return chunks;
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
