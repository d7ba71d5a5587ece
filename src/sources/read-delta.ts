import { deltaBinaryUnpack } from 'hyparquet/src/delta.js';
import type { DataReader } from 'hyparquet/src/types.js';
import { readVarint } from './read-varint.js';

/**
 * Parquet's numbers as differences, `count` of them, of 32 or of 64 bits. A RangeError for blocks that no writer makes: hyparquet goes
 * round in those for ever.
 *
 * Source: https://parquet.apache.org/docs/file-format/data-pages/encodings/#DELTAENC
 */
export function readDelta(reader: DataReader, count: number, bits: 32 | 64): Int32Array | BigInt64Array {
  checkBlocks({ ...reader }, count);
  const numbers = bits === 32 ? new Int32Array(count) : new BigInt64Array(count);
  deltaBinaryUnpack(reader, count, numbers);
  return numbers;
}

function checkBlocks(reader: DataReader, count: number): void {
  const { view } = reader;
  const [block, parts] = [readVarint(reader), readVarint(reader)];
  const size = block / parts;
  // hyparquet takes what is more for negative numbers.
  const isSigned = block < 2 ** 31 && parts < 2 ** 31;
  if (!(isSigned && size > 0 && size % 32 === 0)) throw new RangeError(`blocks of ${block} numbers in ${parts} parts`);
  readVarint(reader); // How many there are.
  readVarint(reader); // The first.
  for (let left = count - 1; left > 0; ) {
    readVarint(reader); // The smallest difference.
    const widths = reader.offset;
    reader.offset += parts;
    if (reader.offset > view.byteLength) throw new RangeError(`a block of ${parts} parts`);
    for (let i = 0; i < parts && left > 0; i += 1) {
      const width = view.getUint8(widths + i);
      if (width > 64) throw new RangeError(`differences of ${width} bits`);
      reader.offset += (size / 8) * width;
      left -= size;
    }
  }
}
