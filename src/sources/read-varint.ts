import type { DataReader } from 'hyparquet/src/types.js';

/** Bytes of a number of 64 bits. */
const MOST_BYTES = 10;

/** A number in groups of seven bits, the lowest first; exact below 2^53. A RangeError for more bytes than 64 bits take. */
export function readVarint(reader: DataReader): number {
  let value = 0;
  for (let bits = 0; bits < 7 * MOST_BYTES; bits += 7) {
    const byte = reader.view.getUint8(reader.offset);
    reader.offset += 1;
    value += (byte & 0x7f) * 2 ** bits;
    if (byte < 0x80) return value;
  }
  throw new RangeError(`a number of more than ${MOST_BYTES} bytes`);
}
