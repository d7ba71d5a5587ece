import type { DataReader } from 'hyparquet/src/types.js';
import { readVarint } from './read-varint.js';

/**
 * Fills `output` with numbers of `width` bits, 0 to 32, in Parquet's hybrid of runs of one number and numbers packed bit by bit. A
 * RangeError for a run of one number that is longer than what is left: hyparquet's own function writes as many as a damaged run tells of.
 *
 * Source: https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE
 */
export function readRuns(reader: DataReader, width: number, output: Uint8Array | Uint32Array): void {
  if (!(width >= 0 && width <= 32)) throw new RangeError(`numbers of ${width} bits`);
  for (let at = 0; at < output.length; ) {
    const header = readVarint(reader);
    const left = output.length - at;
    const count = header % 2 === 0 ? header / 2 : 4 * (header - 1);
    if (header % 2 === 0) {
      if (count > left) throw new RangeError(`a run of ${count} values where ${left} are left`);
      output.fill(oneNumber(reader, width), at, at + count);
    } else {
      // The last of them fill up a byte.
      const packed = output.subarray(at, at + Math.min(count, left));
      if (width <= 24) unpackNarrow(reader, width, packed);
      else unpackWide(reader, width, packed);
      reader.offset += (count / 8) * width;
    }
    at += Math.min(count, left);
  }
}

function oneNumber(reader: DataReader, width: number): number {
  let value = 0;
  for (let bits = 0; bits < width; bits += 8) {
    value += reader.view.getUint8(reader.offset) * 2 ** bits;
    reader.offset += 1;
  }
  return value;
}

/** With numbers of 31 bits and fewer in between, which are fast. */
function unpackNarrow({ view, offset }: DataReader, width: number, output: Uint8Array | Uint32Array): void {
  const mask = (1 << width) - 1;
  let [from, bits, held] = [offset, 0, 0];
  for (let i = 0; i < output.length; i += 1) {
    for (; held < width; held += 8) {
      bits |= view.getUint8(from) << held;
      from += 1;
    }
    output[i] = bits & mask;
    bits >>>= width;
    held -= width;
  }
}

function unpackWide({ view, offset }: DataReader, width: number, output: Uint8Array | Uint32Array): void {
  const size = 2 ** width;
  let [from, bits, held] = [offset, 0, 0];
  for (let i = 0; i < output.length; i += 1) {
    for (; held < width; held += 8) {
      bits += view.getUint8(from) * 2 ** held;
      from += 1;
    }
    output[i] = bits % size;
    bits = Math.floor(bits / size);
    held -= width;
  }
}
