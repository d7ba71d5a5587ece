import type { DataReader } from 'hyparquet/src/types.js';
import { readVarint } from './read-varint.js';

/**
 * Looks at a struct in Thrift's compact protocol, which Parquet's footer and headers of pages are. A RangeError for numbers of more than
 * 64 bits and for lists of more items than there are bytes: hyparquet takes memory and time for as many as damaged ones tell of.
 *
 * Source: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
 */
export function checkThrift({ view, offset }: DataReader): void {
  skipStruct({ view, offset });
}

function skipStruct(reader: DataReader): void {
  for (let head = takeByte(reader); (head & 15) !== 0; head = takeByte(reader)) {
    if (head >> 4 === 0) readVarint(reader); // The number of a field, else told by how much more it is than the last.
    skipValue(reader, head & 15);
  }
}

/** Types: 1 and 2 are truth values, which lie in the type itself; what hyparquet does not know either is left to it. */
function skipValue(reader: DataReader, type: number): void {
  if (type === 3) skip(reader, 1);
  else if (type >= 4 && type <= 6) readVarint(reader);
  else if (type === 7) skip(reader, 8);
  else if (type === 8) skip(reader, readVarint(reader));
  else if (type === 9) skipList(reader);
  else if (type === 12) skipStruct(reader);
}

function skipList(reader: DataReader): void {
  const head = takeByte(reader);
  const length = head >> 4 === 15 ? readVarint(reader) : head >> 4;
  if (length > reader.view.byteLength - reader.offset) throw new RangeError(`a list of ${length} items`);
  const type = head & 15;
  // Truth values take no byte in a struct, and one in a list.
  for (let i = 0; i < length; i += 1) skipValue(reader, type === 1 || type === 2 ? 3 : type);
}

function takeByte(reader: DataReader): number {
  skip(reader, 1);
  return reader.view.getUint8(reader.offset - 1);
}

function skip(reader: DataReader, bytes: number): void {
  reader.offset += bytes;
  if (reader.offset > reader.view.byteLength) throw new RangeError('a header that is cut off');
}
