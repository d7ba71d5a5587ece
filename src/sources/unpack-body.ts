import { BodyCompressionMethod } from 'apache-arrow/fb/body-compression-method';
import { CompressionType } from 'apache-arrow/fb/compression-type';
import { BufferRegion, RecordBatch } from 'apache-arrow/ipc/metadata/message';
import { InputError } from '../errors.js';
import { pace } from '../pace.js';

/** The header and the body of a record batch or dictionary. */
export interface BatchParts {
  readonly header: RecordBatch;
  readonly body: Uint8Array;
}

interface Codec {
  readonly name: string;
  /** Bytes that a compressed byte stands for at most: damaged lengths must not claim memory for what cannot come. */
  readonly ratio: number;
  /** What fills `output` from compressed bytes; loaded when it is needed. */
  load(): Promise<(bytes: Uint8Array, output: Uint8Array) => void>;
}

const CODECS: Readonly<Partial<Record<number, Codec>>> = {
  [CompressionType.LZ4_FRAME]: {
    name: 'LZ4',
    ratio: 255,
    load: async () => (await import('./unpack-lz4.js')).unpackLz4,
  },
  // A block of zstd holds up to 128 KiB and has at least 4 bytes.
  [CompressionType.ZSTD]: {
    name: 'zstd',
    ratio: 2 ** 15,
    load: async () => (await import('./unpack-zstd.js')).unpackZstd,
  },
};

/** A buffer begins with its length when unpacked, an int64, or with -1 where it was left as it is. */
const PREFIX_BYTES = 8;

/**
 * A compressed batch as if it had never been compressed, another one as it is. An InputError names `place`, which says which
 * batch it is, when its codec is unknown or its data damaged. Gives way to the event loop between buffers.
 */
export async function unpackBody({ header, body }: BatchParts, place: string, source: string): Promise<BatchParts> {
  const { compression, length, nodes, buffers, variadicBufferCounts } = header;
  if (compression === null) return { header, body };
  const codec = CODECS[compression.type];
  if (codec === undefined || compression.method !== BodyCompressionMethod.BUFFER) {
    const found = codec === undefined ? `codec ${compression.type}` : `compression method ${compression.method}`;
    throw new InputError(`Expected buffers compressed by LZ4 or zstd, got ${found} in ${place}`, { source });
  }
  const damaged = (expected: string, found: string, cause?: unknown) =>
    new InputError(`Expected ${expected}, got ${found} in ${place}: the data is damaged`, { source }, { cause });

  const parts: (PackedBuffer & { readonly region: BufferRegion })[] = [];
  let end = 0;
  for (const region of buffers) {
    const part = packedBuffer(region, body, codec);
    if (part === undefined) throw damaged(`a buffer of ${codec.name} data and its length`, 'bytes that are none');
    parts.push({ ...part, region: new BufferRegion(end, part.size) });
    end += Math.ceil(part.size / 8) * 8; // aligned for every type
  }
  const unpack = await codec.load();
  const unpacked = new Uint8Array(end);
  for (const { bytes, size, isLeft, region } of parts) {
    const output = unpacked.subarray(region.offset, region.offset + size);
    await pace();
    try {
      if (isLeft) output.set(bytes);
      else unpack(bytes, output);
    } catch (cause) {
      if (!(cause instanceof SyntaxError)) throw cause;
      throw damaged(`${size} bytes unpacked from ${codec.name} data`, cause.message, cause);
    }
  }
  const regions = parts.map(({ region }) => region);
  return { header: new RecordBatch(length, nodes, regions, null, variadicBufferCounts), body: unpacked };
}

interface PackedBuffer {
  readonly bytes: Uint8Array;
  /** Bytes when unpacked. */
  readonly size: number;
  readonly isLeft: boolean;
}

/** Undefined where a region of the body is none, or too short for what its prefix says. */
function packedBuffer({ offset, length }: BufferRegion, body: Uint8Array, { ratio }: Codec): PackedBuffer | undefined {
  const nothing = { bytes: new Uint8Array(0), size: 0, isLeft: true };
  if (length === 0) return nothing;
  if (offset < 0 || length < PREFIX_BYTES || offset + length > body.length) return undefined;
  const size = new DataView(body.buffer, body.byteOffset + offset).getBigInt64(0, true);
  if (size === 0n) return nothing; // arrow-rs has no frame behind it
  const bytes = body.subarray(offset + PREFIX_BYTES, offset + length);
  if (size === -1n) return { bytes, size: bytes.length, isLeft: true };
  return size < 0n || size > bytes.length * ratio ? undefined : { bytes, size: Number(size), isLeft: false };
}
