import { Binary, type Data, DataType, type Decimal, type Dictionary, type Int, Vector } from 'apache-arrow';
import { buildData } from '../batches/build-data.js';
import { viewsOfTexts } from '../batches/text-views.js';
import { bitmapOf, clearBit, setBit } from '../batches/validity.js';
import { createWords } from '../batches/words.js';

/** The values of a column as the reader gives them: of their physical type, null or undefined where there is none. */
export type PhysicalValues = ArrayLike<unknown>;

/**
 * Arrow data of a column's physical values: integers, bigints and bytes, whatever the file says that they stand for. A dictionary
 * begins with `words`, in their order.
 * A TypeError for values that the type's buffers do not take, which only damaged data have.
 */
export function physicalData(type: DataType, values: PhysicalValues, words: PhysicalValues = []): Data {
  const { length } = values;
  if (DataType.isNull(type)) return buildData(type, { length, nulls: length });
  // Numbers without gaps.
  if (ArrayBuffer.isView(values) && !DataType.isDecimal(type))
    return buildData(type, { length, values: new type.ArrayType(values) });
  const bitmap = bitmapOf(length, true);
  let nulls = 0;
  for (let row = 0; row < length; row += 1) {
    if (values[row] !== null && values[row] !== undefined) continue;
    clearBit(bitmap, row);
    nulls += 1;
  }
  const shape = { length, nulls, bitmap: nulls > 0 ? bitmap : undefined };
  if (DataType.isDictionary(type)) return dictionaryData(type, values, words, shape);
  if (DataType.isUtf8(type) || DataType.isBinary(type)) return buildData(type, { ...shape, ...joined(values) });
  if (DataType.isLargeUtf8(type) || DataType.isLargeBinary(type)) {
    const { offsets, values: bytes } = joined(values);
    return buildData(type, { ...shape, values: bytes, offsets: BigInt64Array.from(offsets, BigInt) });
  }
  if (DataType.isUtf8View(type) || DataType.isBinaryView(type))
    return viewsOfTexts(type, buildData(new Binary(), { ...shape, ...joined(values) }));
  if (DataType.isBool(type)) {
    const bits = bitmapOf(length, false);
    for (let row = 0; row < length; row += 1) if (values[row] === true) setBit(bits, row);
    return buildData(type, { ...shape, values: bits });
  }
  const data = new type.ArrayType(length * strideOf(type));
  for (let row = 0; row < length; row += 1) {
    const value = values[row];
    if (value === null || value === undefined) continue;
    if (DataType.isDecimal(type)) writeDecimal(type, data, row, value instanceof Uint8Array ? bigEndian(value) : value);
    else if (!(value instanceof Uint8Array)) data[row] = value;
    else if (DataType.isFloat(type)) data[row] = (value[0] ?? 0) | ((value[1] ?? 0) << 8);
    else data.set(value.subarray(0, strideOf(type)), row * strideOf(type));
  }
  return buildData(type, { ...shape, values: data });
}

type Shape = Pick<Data, 'length'> & { nulls: number; bitmap: Uint8Array | undefined };

function strideOf(type: DataType): number {
  if (DataType.isDecimal(type)) return wordsOf(type);
  return DataType.isFixedSizeBinary(type) ? type.byteWidth : 1;
}

/** Of 32 bits, in a decimal. */
function wordsOf({ bitWidth }: Decimal): number {
  return bitWidth / 32;
}

function writeDecimal(type: Decimal, words: Uint32Array, row: number, value: unknown): void {
  const size = wordsOf(type);
  const bits = BigInt.asUintN(type.bitWidth, BigInt(value as number | bigint));
  for (let word = 0; word < size; word += 1)
    words[row * size + word] = Number((bits >> BigInt(32 * word)) & 0xffffffffn);
}

function bigEndian(bytes: Uint8Array): bigint {
  const unsigned = bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
  return BigInt.asIntN(8 * bytes.length, unsigned);
}

function joined(values: PhysicalValues): { values: Uint8Array; offsets: Int32Array } {
  const offsets = new Int32Array(values.length + 1);
  for (let row = 0; row < values.length; row += 1)
    offsets[row + 1] = (offsets[row] as number) + bytesOf(values[row]).length;
  const bytes = new Uint8Array(offsets[values.length] as number);
  for (let row = 0; row < values.length; row += 1) bytes.set(bytesOf(values[row]), offsets[row]);
  return { values: bytes, offsets };
}

const NONE = new Uint8Array(0);

function bytesOf(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (value === null || value === undefined) return NONE;
  throw new TypeError(`bytes where none were expected: ${typeof value}`);
}

function dictionaryData(type: Dictionary, values: PhysicalValues, first: PhysicalValues, shape: Shape): Data {
  // The reader gives the same array for the same word; the texts decide between those of several pages.
  const { words, codeOf } = createWords<Uint8Array>();
  for (let i = 0; i < first.length; i += 1) codeOf(bytesOf(first[i]));
  // The types know of no indices of 64 bits, which files have.
  const { ArrayType, bitWidth } = type.indices as Int;
  const indices = new ArrayType(shape.length);
  for (let row = 0; row < shape.length; row += 1) {
    const value = values[row];
    if (value === null || value === undefined) continue;
    const code = codeOf(bytesOf(value));
    indices[row] = bitWidth === 64 ? BigInt(code) : code;
    if (Number(indices[row]) !== code) throw new RangeError(`${code + 1} words in a dictionary of ${type.indices}`);
  }
  const dictionary = new Vector([physicalData(type.dictionary as DataType, words)]);
  return buildData(type, { ...shape, values: indices, dictionary });
}
