import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { InputError } from '../errors.js';

/** Whether a name says that its bytes are compressed. */
export function isCompressed(name: string): boolean {
  return /\.gz$/i.test(name);
}

/**
 * The bytes inside of gzip data, as they come. Truncated and damaged data are an InputError that names the source; when the
 * loop is left, so is that over the chunks.
 */
export async function* decompress(
  chunks: AsyncGenerator<Uint8Array, void, void>,
  source: string,
): AsyncGenerator<Uint8Array, void, void> {
  const compressed = Readable.from(chunks, { objectMode: false, highWaterMark: 1 });
  const gunzip = createGunzip();
  let failure: unknown;
  // A failure of the source is to be told as itself, not as one of its data.
  compressed.on('error', (error) => {
    failure = error;
    gunzip.destroy(error);
  });
  try {
    for await (const chunk of compressed.pipe(gunzip)) yield chunk as Uint8Array;
  } catch (cause) {
    if (failure !== undefined) throw failure;
    const code = (cause as NodeJS.ErrnoException).code;
    const found = code === 'Z_BUF_ERROR' ? 'a file that ends too early' : (cause as Error).message;
    throw new InputError(`Expected gzip data, got ${found}`, { source }, { cause });
  } finally {
    gunzip.destroy();
    compressed.destroy();
    await chunks.return();
  }
}
