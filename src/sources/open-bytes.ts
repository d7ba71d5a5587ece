import { type FileHandle, open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { InputError } from '../errors.js';
import { pathOf } from '../path-of.js';
import { valueText } from '../value-text.js';
import { COMPRESSION_BYTES, compressionOfBytes, compressionOfName, decompress } from './decompress.js';

/** Where bytes come from: a path or its `file:` URL, `-` for standard input, a Node readable, or any async iterable of bytes. */
export type ByteSource = string | URL | Readable | AsyncIterable<Uint8Array>;

/** A source, its path where it is a URL. */
export type LocalSource = Exclude<ByteSource, URL>;

/** Bytes per read: a chunk is never larger, whatever the source hands out. */
const CHUNK_BYTES = 2 ** 18;

/**
 * The name of a source in messages: the path, `standard input`, or `input` for what has no name. A TypeError for what
 * is no source.
 */
export function sourceName(source: LocalSource): string {
  if (typeof source === 'string' && source !== '') return source === '-' ? 'standard input' : source;
  if (typeof source !== 'object' || source === null || !(Symbol.asyncIterator in source)) {
    throw new TypeError(`Expected a path, '-', a readable stream or an async iterable of bytes, got ${nameOf(source)}`);
  }
  if ('fd' in source && source.fd === 0) return 'standard input';
  return 'path' in source && typeof source.path === 'string' ? source.path : 'input';
}

/**
 * The bytes of a source, those inside of it where it is compressed by gzip or zstd (a path ends in .gz, .zst or .zstd, or the first bytes say so), in
 * chunks of at most 256 KiB, valid until the next one is asked for and after. At the end, on
 * errors and when the loop over it is left, files are closed and readables destroyed; an abort ends a pending read with the signal's
 * reason. A path without a readable file is an InputError, and so is a stream that is being read, or was read or destroyed before.
 */
export async function* readBytes(place: ByteSource, signal: AbortSignal): AsyncGenerator<Uint8Array, void, void> {
  const source = pathOf(place);
  const name = sourceName(source);
  const chunks = readPlain(source, signal);
  try {
    let compression = typeof source === 'string' ? compressionOfName(source) : undefined;
    let head: Uint8Array = new Uint8Array(0);
    while (compression === undefined && head.length < COMPRESSION_BYTES) {
      const { value } = await chunks.next();
      if (value === undefined) break;
      head = head.length === 0 ? value : Buffer.concat([head, value]);
    }
    compression ??= compressionOfBytes(head);
    const all = after(head, chunks);
    yield* compression === undefined ? all : decompress(all, name, compression);
  } finally {
    await chunks.return();
  }
}

function nameOf(source: unknown): string {
  if (source instanceof Uint8Array) return 'bytes: `Readable.from([bytes])` is a stream of them';
  if (Array.isArray(source)) return 'an array: `Readable.from(array)` is a stream of it';
  if (source instanceof Response) return 'a Response: give its `body`';
  if (source instanceof Blob) return 'a Blob: give its `stream()`';
  return valueText(source);
}

async function* after(
  head: Uint8Array,
  rest: AsyncGenerator<Uint8Array, void, void>,
): AsyncGenerator<Uint8Array, void, void> {
  if (head.length > 0) yield head;
  yield* rest;
}

async function* readPlain(source: LocalSource, signal: AbortSignal): AsyncGenerator<Uint8Array, void, void> {
  if (typeof source === 'string' && source !== '-') {
    const handle = await openFile(source);
    try {
      yield* readHandle(handle);
    } finally {
      await handle.close();
    }
    return;
  }
  const stream: AsyncIterable<unknown> = typeof source === 'string' ? (await import('node:process')).stdin : source;
  if (stream instanceof Readable && (stream.readableEnded || stream.destroyed)) {
    const found = 'Expected a readable stream, got one that was read or destroyed: a stream can be read once';
    throw new InputError(found, { source: sourceName(source) });
  }
  if (stream instanceof Readable && stream.listenerCount('readable') > 0) {
    // Each reader would get some of its pieces.
    const found = 'Expected a readable stream, got one that is being read: a stream can be read once';
    throw new InputError(found, { source: sourceName(source) });
  }
  const iterator = stream[Symbol.asyncIterator]();
  let ended = false;
  try {
    for (;;) {
      const result = await abortable(iterator.next(), signal);
      ended = result.done === true;
      if (ended) return;
      const bytes = bytesOf(result.value);
      for (let at = 0; at < bytes.length; at += CHUNK_BYTES) yield bytes.subarray(at, at + CHUNK_BYTES);
    }
  } finally {
    if (!ended) {
      if (stream instanceof Readable) stream.destroy();
      // Not awaited: a generator that waits for a read of its own returns only after it.
      iterator.return?.().catch(() => {});
    }
  }
}

/** Opens a regular file, pipe or device for reading; an InputError of one line where there is none, and for directories. */
export async function openFile(path: string): Promise<FileHandle> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, 'r');
    if (!(await handle.stat()).isDirectory()) return handle;
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    await handle?.close();
    const found =
      code === 'ENOENT' ? `Expected a file, found none${hintOf(path)}` : `Expected a readable file, got ${code}`;
    throw new InputError(found, { source: path.replace(/[\r\n].*/s, '...') }, { cause });
  }
  await handle.close();
  throw new InputError('Expected a file, got a directory', { source: path });
}

/** What may have been meant by a path that no file has. */
function hintOf(path: string): string {
  if (/[\r\n]/.test(path)) return ': `Readable.from([text])` is a stream of a text';
  return /^https?:/.test(path) ? ': `(await fetch(url)).body` is a stream of what is there' : '';
}

/** The bytes of an open file from its current position on; the handle stays open. */
export async function* readHandle(handle: FileHandle): AsyncGenerator<Uint8Array, void, void> {
  for (;;) {
    const chunk = new Uint8Array(CHUNK_BYTES);
    const { bytesRead } = await handle.read(chunk, 0, CHUNK_BYTES, null);
    if (bytesRead === 0) return;
    yield chunk.subarray(0, bytesRead);
  }
}

function bytesOf(chunk: unknown): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  if (typeof chunk === 'string') return Buffer.from(chunk);
  throw new TypeError(`Expected chunks of bytes, got ${typeof chunk}`);
}

function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
