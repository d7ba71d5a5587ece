import type { Transform } from 'node:stream';
import zlib from 'node:zlib';
import type { LocalTarget } from './output.js';

/** Compresses a sequence of chunks, which may be written over afterwards; each call is awaited before the next one. */
export interface Compressor {
  /** What can be written now that `chunk` has come; perhaps nothing yet. */
  add(chunk: Uint8Array): Promise<readonly Uint8Array[]>;
  /** The rest. */
  end(): Promise<readonly Uint8Array[]>;
  /** Frees what the compressor holds; needed where it is not ended. */
  close(): void;
}

/**
 * The compressor that a path's extension asks for: gzip for .gz, zstd (level 3) for .zst and .zstd, undefined for other
 * targets. At most a megabyte waits inside. Node's own zstd is used from 22.15 and 23.8 on, and writes a checksum; before,
 * a WebAssembly build writes frames of a megabyte each without one.
 */
export function compressorOf(target: LocalTarget): Compressor | undefined {
  if (typeof target !== 'string') return undefined;
  if (/\.gz$/i.test(target)) return streamCompressor(zlib.createGzip());
  if (!/\.zstd?$/i.test(target)) return undefined;
  const native = nativeZstd();
  return native === undefined ? frameCompressor() : streamCompressor(native());
}

function nativeZstd(): (() => Transform) | undefined {
  const { createZstdCompress, constants } = zlib as typeof zlib & {
    createZstdCompress?: (options: { params: Record<number, number> }) => Transform;
  };
  const { ZSTD_c_checksumFlag: checksum } = constants as { ZSTD_c_checksumFlag?: number };
  if (createZstdCompress === undefined || checksum === undefined) return undefined;
  return () => createZstdCompress({ params: { [checksum]: 1 } });
}

function streamCompressor(encoder: Transform): Compressor {
  let ready: Uint8Array[] = [];
  const take = () => {
    const taken = ready;
    ready = [];
    return taken;
  };
  encoder.on('data', (chunk: Uint8Array) => ready.push(chunk));
  encoder.on('error', () => {}); // The call under way is told.
  return {
    add: (chunk) =>
      new Promise((resolve, reject) => encoder.write(chunk, (error) => (error ? reject(error) : resolve(take())))),
    end: () =>
      new Promise((resolve, reject) => {
        encoder.on('error', reject).on('end', () => resolve(take()));
        encoder.end();
      }),
    close: () => encoder.destroy(),
  };
}

const FRAME_BYTES = 2 ** 20;

/** A frame for every megabyte: readers take a sequence of frames for one, and nothing is kept between calls. */
function frameCompressor(): Compressor {
  let waiting: Uint8Array[] = [];
  let held = 0;
  let started = false;
  const pack = async (): Promise<Uint8Array[]> => {
    const { Zstd } = await import('@hpcc-js/wasm-zstd');
    const zstd = await Zstd.load();
    const bytes = Buffer.concat(waiting);
    waiting = [];
    held = 0;
    started = true;
    const frames: Uint8Array[] = [];
    for (let at = 0; at < Math.max(1, bytes.length); at += FRAME_BYTES)
      frames.push(zstd.compress(bytes.subarray(at, at + FRAME_BYTES)));
    return frames;
  };
  return {
    async add(chunk) {
      waiting.push(Buffer.from(chunk));
      held += chunk.byteLength;
      return held < FRAME_BYTES ? [] : pack();
    },
    end: async () => (held > 0 || !started ? pack() : []),
    close() {
      waiting = [];
    },
  };
}
