import { byteStreamSplit } from 'hyparquet/src/encoding.js';
import { readPlain } from 'hyparquet/src/plain.js';
import type { DataReader, ParquetType, SchemaElement } from 'hyparquet/src/types.js';
import { readDelta } from './read-delta.js';
import { readRuns } from './read-runs.js';

/**
 * The next `count` values of a page, as they are stored: physical values, or places in the dictionary. Errors of any kind where there are
 * fewer, before memory is taken for more than the page can hold.
 *
 * Source: https://parquet.apache.org/docs/file-format/data-pages/encodings/
 */
export function decodeValues(
  reader: DataReader,
  encoding: string,
  count: number,
  { type, element }: ValueKind,
): ArrayLike<unknown> {
  switch (encoding) {
    case 'PLAIN':
      return plainValues(reader, count, { type, element });
    case 'PLAIN_DICTIONARY':
    case 'RLE_DICTIONARY':
      return codesOf(reader, count);
    case 'RLE':
      return truthValues(reader, count);
    case 'BYTE_STREAM_SPLIT':
      requireRoom(reader, count, { type, element });
      return byteStreamSplit(reader, count, type, element.type_length);
    case 'DELTA_BINARY_PACKED':
      return readDelta(reader, count, type === 'INT32' ? 32 : 64);
    case 'DELTA_LENGTH_BYTE_ARRAY':
      return Array.from(lengthsOf(reader, count), (length) => takeBytes(reader, length));
    case 'DELTA_BYTE_ARRAY':
      return deltaBytes(reader, count);
    default:
      throw new RangeError(`an encoding that is not known: ${encoding}`);
  }
}

/** What the values of a column are. */
export interface ValueKind {
  readonly type: ParquetType;
  readonly element: SchemaElement;
}

function codesOf(reader: DataReader, count: number): Uint32Array {
  const codes = new Uint32Array(count);
  if (count === 0) return codes;
  const width = reader.view.getUint8(reader.offset);
  reader.offset += 1;
  if (width > 0) readRuns(reader, width, codes);
  return codes;
}

function truthValues(reader: DataReader, count: number): boolean[] {
  reader.offset += 4; // How many bytes follow.
  const bits = new Uint8Array(count);
  readRuns(reader, 1, bits);
  return Array.from(bits, Boolean);
}

/** Each begins with so many bytes of the one before it. */
function deltaBytes(reader: DataReader, count: number): Uint8Array[] {
  const shared = lengthsOf(reader, count);
  const lengths = lengthsOf(reader, count);
  const words: Uint8Array[] = [];
  let last: Uint8Array = new Uint8Array(0);
  for (let i = 0; i < count; i += 1) {
    const prefix = shared[i] as number;
    if (!(prefix >= 0 && prefix <= last.length)) throw new RangeError(`${prefix} bytes of a word of ${last.length}`);
    const rest = takeBytes(reader, lengths[i] as number);
    if (prefix === 0) last = rest;
    else {
      const word = new Uint8Array(prefix + rest.length);
      word.set(last.subarray(0, prefix));
      word.set(rest, prefix);
      last = word;
    }
    words.push(last);
  }
  return words;
}

function lengthsOf(reader: DataReader, count: number): Int32Array {
  return readDelta(reader, count, 32) as Int32Array;
}

function takeBytes(reader: DataReader, length: number): Uint8Array {
  const { view, offset } = reader;
  if (!(length >= 0 && offset + length <= view.byteLength)) throw new RangeError(`a word of ${length} bytes`);
  reader.offset += length;
  return new Uint8Array(view.buffer, view.byteOffset + offset, length);
}

function plainValues(reader: DataReader, count: number, kind: ValueKind): ArrayLike<unknown> {
  requireRoom(reader, count, kind);
  const values = readPlain(reader, kind.type, count, kind.element.type_length);
  if (reader.offset > reader.view.byteLength) throw new RangeError('values behind the end of their page');
  return values;
}

/** Bits that a plain value takes, or the length of one. */
const BITS = { BOOLEAN: 1, INT32: 32, INT64: 64, INT96: 96, FLOAT: 32, DOUBLE: 64, BYTE_ARRAY: 32 } as const;

function requireRoom({ view, offset }: DataReader, count: number, { type, element }: ValueKind): void {
  const bits = type === 'FIXED_LEN_BYTE_ARRAY' ? 8 * (element.type_length ?? 0) : BITS[type];
  const room = view.byteLength - offset;
  if (!(count >= 0 && count * bits <= 8 * room)) throw new RangeError(`${count} values in ${room} bytes`);
}
