import { brotliDecompressSync } from 'node:zlib';
import type { ColumnMetaData, Compressors } from 'hyparquet';
import { decompressPage } from 'hyparquet/src/datapage.js';
import { unpackLz4Block } from './unpack-lz4-block.js';
import { unpackZstd } from './unpack-zstd.js';

/** What a byte may unpack to where the column does not tell of more: the most of deflate, and far above LZ4's and Snappy's. */
const MOST_RATIO = 1032;

/**
 * The `size` bytes that a page of a column holds. Errors of any kind where it holds others, and a RangeError for more than it can
 * hold, before the memory is taken.
 */
export function unpackPage(
  packed: Uint8Array,
  size: number,
  { codec, total_uncompressed_size: total }: ColumnMetaData,
  compressors: Compressors,
): Uint8Array {
  // Some writers tell of the compressed bytes of the column only.
  const most = Math.max(Number(total), MOST_RATIO * packed.length);
  if (!(Number.isInteger(size) && size >= 0 && size <= most)) throw new RangeError(`a page of ${size} bytes`);
  if (size === 0) return new Uint8Array(0);
  return decompressPage(packed, size, codec, { ...compressors, ...bounded });
}

/** In place of those of hyparquet-compressors that take more memory than the page's size or do not end with some damaged data. */
const bounded: Compressors = {
  BROTLI: (packed, size) => brotliDecompressSync(packed, { maxOutputLength: size }),
  LZ4: (packed, size) => unpackHadoop(packed, size) ?? unpackRaw(packed, size),
  LZ4_RAW: unpackRaw,
  ZSTD(packed, size) {
    const output = new Uint8Array(size);
    unpackZstd(packed, output);
    return output;
  },
};

function unpackRaw(packed: Uint8Array, size: number): Uint8Array {
  const output = new Uint8Array(size);
  return output.subarray(0, unpackLz4Block(packed, output, 0, 0));
}

/** Hadoop's LZ4: before each block its unpacked and its packed size. Undefined where it is something else. */
function unpackHadoop(packed: Uint8Array, size: number): Uint8Array | undefined {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  const output = new Uint8Array(size);
  let [from, to] = [0, 0];
  while (from < packed.length) {
    if (from + 8 > packed.length) return undefined;
    const end = from + 8 + view.getUint32(from + 4);
    if (end > packed.length || to + view.getUint32(from) > size) return undefined;
    try {
      const unpacked = unpackLz4Block(packed.subarray(from + 8, end), output, to, to) - to;
      if (unpacked !== view.getUint32(from)) return undefined;
      to += unpacked;
    } catch {
      return undefined;
    }
    from = end;
  }
  return output.subarray(0, to);
}
