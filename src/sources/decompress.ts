import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { InputError } from '../errors.js';
import { messageOf } from '../message-of.js';

type Bytes = AsyncGenerator<Uint8Array, void, void>;

/** Whether a name says that its bytes are compressed: it ends in .gz, .zst or .zstd. */
export function isCompressed(name: string): boolean {
  return /\.(gz|zstd?)$/i.test(name);
}

/** How bytes are compressed. */
export type Compression = 'gzip' | 'zstd';

/** What a name says that its bytes are compressed by. */
export function compressionOfName(name: string): Compression | undefined {
  if (!isCompressed(name)) return undefined;
  return /\.gz$/i.test(name) ? 'gzip' : 'zstd';
}

/** Bytes by which `compressionOfBytes` decides. */
export const COMPRESSION_BYTES = 4;

/** What the first bytes of data say that it is compressed by: no table in any of our formats begins as gzip or zstd data does. */
export function compressionOfBytes(head: Uint8Array): Compression | undefined {
  const begins = (...bytes: readonly number[]) => bytes.every((byte, i) => head[i] === byte);
  if (begins(0x1f, 0x8b)) return 'gzip';
  return begins(0x28, 0xb5, 0x2f, 0xfd) ? 'zstd' : undefined;
}

/**
 * The bytes inside of compressed data, as they come and no faster than they are asked for. Data of several members or frames is
 * read to its end.
 *
 * Truncated and damaged data are an InputError that names the source (checksums of zstd frames are not looked
 * at, so that some damage shows as wrong values); when the loop is left, so is that over the chunks.
 */
export async function* decompress(chunks: Bytes, source: string, compression: Compression): Bytes {
  // Node's own zstd, where there is one, ends without a word after the first frame.
  yield* compression === 'gzip' ? unpackGzip(chunks, source) : unpackZstd(chunks, source);
}

async function* unpackGzip(chunks: Bytes, source: string): Bytes {
  const decoder = createGunzip();
  const compressed = Readable.from(chunks, { objectMode: false, highWaterMark: 1 });
  let failure: unknown;
  // A failure of the source is to be told as itself, not as one of its data.
  compressed.on('error', (error) => {
    failure = error;
    decoder.destroy(error);
  });
  try {
    for await (const chunk of compressed.pipe(decoder)) yield chunk as Uint8Array;
  } catch (cause) {
    if (failure !== undefined) throw failure;
    throw unreadable('gzip', source, cause, (cause as NodeJS.ErrnoException).code === 'Z_BUF_ERROR');
  } finally {
    decoder.destroy();
    compressed.destroy();
    await chunks.return();
  }
}

/** At most so many compressed bytes are unpacked at a time: what they hold is in memory at once. */
const PIECE_BYTES = 2 ** 14;

async function* unpackZstd(chunks: Bytes, source: string): Bytes {
  const { Decompress } = await import('fzstd');
  let unpacked: Uint8Array[] = [];
  const decoder = new Decompress((piece) => unpacked.push(piece));
  const take = () => {
    const taken = unpacked;
    unpacked = [];
    return taken;
  };
  const push = (bytes: Uint8Array, last: boolean) => {
    try {
      decoder.push(bytes, last);
    } catch (cause) {
      throw unreadable('zstd', source, cause, cause instanceof Error && cause.message === 'unexpected EOF');
    }
    return take();
  };
  try {
    let started = false;
    for await (const chunk of chunks) {
      for (let at = 0; at < chunk.length; at += PIECE_BYTES) {
        started = true;
        yield* push(chunk.subarray(at, at + PIECE_BYTES), false);
      }
    }
    if (started) yield* push(new Uint8Array(0), true);
  } finally {
    await chunks.return();
  }
}

function unreadable(format: string, source: string, cause: unknown, ended: boolean): InputError {
  const found = ended ? 'a file that ends too early' : messageOf(cause);
  return new InputError(`Expected ${format} data, got ${found}`, { source }, { cause });
}
