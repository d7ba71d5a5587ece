import {
  type Data,
  DataType,
  type DenseUnion,
  type Int,
  makeData,
  type RecordBatch,
  UnionMode,
  Vector,
  vectorFromArray,
} from 'apache-arrow';
import { batchOf } from './batch-of.js';
import { buildData } from './build-data.js';
import { type BitRange, concatBits } from './concat-bits.js';
import { gather } from './gather.js';
import { typeName } from './type-name.js';
import { createWords } from './words.js';

/**
 * One batch with the rows of all, in freshly allocated buffers of exactly the size needed: `concat([slice])` is a copy that
 * no longer pins the buffers of its parent. Takes one batch or more, all of the first one's schema (not checked).
 *
 * Dictionaries that differ are merged into one, which has their words in order; beyond 65,536 words, or where the indices are too small for all, those of the rows. Throws a RangeError where 32-bit offsets or dictionary indices
 * are too small for the result. Cost: one copy of the bytes, and per value only for dictionaries that differ and for view types.
 */
export function concat(batches: readonly RecordBatch[]): RecordBatch {
  const [first] = batches;
  if (first === undefined) throw new RangeError('Expected one batch or more, got none');
  const length = batches.reduce((rows, { numRows }) => rows + numRows, 0);
  const children = first.schema.fields.map(({ type }, i) =>
    concatData(
      type,
      batches.map(({ data }) => data.children[i] as Data),
    ),
  );
  return batchOf(first.schema, length, children);
}

/** As `concat`, of columns of one type. */
export function concatData(type: DataType, parts: readonly Data[]): Data {
  const length = parts.reduce((rows, part) => rows + part.length, 0);
  if (DataType.isNull(type)) return makeData({ type, length });
  if (DataType.isUnion(type)) return concatUnions(type as DenseUnion, parts);
  const nullCount = parts.reduce((nulls, part) => nulls + part.nullCount, 0);
  const nullBitmap =
    nullCount === 0
      ? undefined
      : concatBits(parts.map((part) => bitsOf(part, part.nullCount === 0 ? undefined : part.nullBitmap)));
  const shape = { length, nullCount, ...(nullBitmap && { nullBitmap }) };

  if (DataType.isBool(type)) {
    return makeData({ type, ...shape, data: concatBits(parts.map((part) => bitsOf(part, part.values))) });
  }
  if (DataType.isDictionary(type)) {
    const { indices, dictionary } = concatDictionaries(type, parts);
    return makeData({ type, ...shape, data: indices, dictionary } as Parameters<typeof makeData>[0]);
  }
  if (DataType.isUtf8(type) || DataType.isBinary(type) || DataType.isLargeUtf8(type) || DataType.isLargeBinary(type)) {
    const valueOffsets = concatOffsets(type, parts);
    const data = new Uint8Array(Number(valueOffsets[length]));
    let row = 0;
    for (const part of parts) {
      if (part.length > 0) data.set(part.values.subarray(...rangeOf(part)), Number(valueOffsets[row]));
      row += part.length;
    }
    return makeData({ type, ...shape, valueOffsets, data } as Parameters<typeof makeData>[0]);
  }
  if (DataType.isList(type) || DataType.isLargeList(type) || DataType.isMap(type)) {
    const children = parts.map((part) => {
      const [begin, end] = rangeOf(part);
      return (part.children[0] as Data).slice(begin, end - begin);
    });
    const child = concatData((type.children[0] as { type: DataType }).type, children);
    return makeData({ type, ...shape, valueOffsets: concatOffsets(type, parts), child } as Parameters<
      typeof makeData
    >[0]);
  }
  if (DataType.isFixedSizeList(type)) {
    const children = parts.map((part) => (part.children[0] as Data).slice(0, part.length * type.listSize));
    return makeData({ type, ...shape, child: concatData(type.valueType, children) });
  }
  if (DataType.isStruct(type)) {
    const children = type.children.map((field, i) =>
      concatData(
        field.type,
        parts.map((part) => (part.children[i] as Data).slice(0, part.length)),
      ),
    );
    return makeData({ type, ...shape, children });
  }
  if (DataType.isUtf8View(type) || DataType.isBinaryView(type)) {
    return vectorFromArray([...new Vector([...parts])], type).data[0] as Data;
  }
  const values = new type.ArrayType(parts.reduce((size, part) => size + part.length * part.stride, 0));
  let at = 0;
  for (const part of parts) {
    values.set(part.values.subarray(0, part.length * part.stride), at);
    at += part.length * part.stride;
  }
  return makeData({ type, ...shape, data: values } as Parameters<typeof makeData>[0]);
}

function concatUnions(type: DenseUnion, parts: readonly Data[]): Data {
  const isDense = type.mode === UnionMode.Dense;
  // The members of rows of each part alone, one after the other.
  const own = parts.map((part) =>
    gather(
      part,
      Int32Array.from({ length: part.length }, (_, row) => row),
    ),
  );
  const length = own.reduce((rows, part) => rows + part.length, 0);
  const typeIds = new Int8Array(length);
  const offsets = isDense ? new Int32Array(length) : undefined;
  const begins = type.children.map(() => 0);
  let at = 0;
  for (const part of own) {
    typeIds.set(part.typeIds, at);
    for (let row = 0; offsets !== undefined && row < part.length; row += 1) {
      const member = type.typeIdToChildIndex[part.typeIds[row] as number] as number;
      offsets[at + row] = part.valueOffsets[row] + (begins[member] as number);
    }
    for (const [member, child] of part.children.entries()) begins[member] = (begins[member] ?? 0) + child.length;
    at += part.length;
  }
  const children = type.children.map((field, member) =>
    concatData(
      field.type,
      own.map((part) => part.children[member] as Data),
    ),
  );
  return buildData(type, { length, typeIds, offsets, children });
}

function bitsOf({ offset, length }: Data, bits: Uint8Array | undefined): BitRange {
  return { bits, offset, length };
}

/** Where a part's values begin and end in its bytes or its child. */
function rangeOf({ valueOffsets, length }: Data): [number, number] {
  return length === 0 ? [0, 0] : [Number(valueOffsets[0]), Number(valueOffsets[length])];
}

function concatOffsets(type: DataType, parts: readonly Data[]): Int32Array | BigInt64Array {
  const length = parts.reduce((rows, part) => rows + part.length, 0);
  const large = type.OffsetArrayType !== Int32Array;
  const offsets = large ? new BigInt64Array(length + 1) : new Int32Array(length + 1);
  let row = 0;
  let total = 0;
  for (const part of parts) {
    const [begin, end] = rangeOf(part);
    for (let i = 1; i <= part.length; i += 1) {
      row += 1;
      const offset = Number(part.valueOffsets[i]) - begin + total;
      offsets[row] = large ? BigInt(offset) : offset;
    }
    total += end - begin;
  }
  if (!large && total > 0x7fffffff) {
    throw new RangeError(
      `Expected at most ${0x7fffffff} bytes or items in a batch's \`${typeName(type)}\` column, got ${total}`,
    );
  }
  return offsets;
}

/** Words of dictionaries up to which all are kept, in their order, whether or not rows have them. */
const MOST_WORDS = 65_536;

function concatDictionaries(
  type: DataType,
  parts: readonly Data[],
): { indices: ArrayLike<number | bigint>; dictionary: Vector } {
  if (!DataType.isDictionary(type)) throw new TypeError(`Expected a dictionary, got \`${typeName(type)}\``);
  const { ArrayType, bitWidth, isSigned } = type.indices as Int;
  const indices = new ArrayType(parts.reduce((rows, part) => rows + part.length, 0));
  const dictionaries = [...new Set(parts.map(({ dictionary }) => dictionary))].filter((one) => one !== undefined);
  const [first = vectorFromArray([], type.dictionary), ...others] = dictionaries;
  const merged = createWords<unknown>();
  if (others.length > 0 && dictionaries.reduce((words, { length }) => words + length, 0) <= MOST_WORDS) {
    for (const word of dictionaries.flatMap((dictionary) => [...dictionary])) merged.codeOf(word);
    if (merged.words.length > 2 ** (isSigned ? bitWidth - 1 : bitWidth)) merged.clear();
  }
  let at = 0;
  for (const part of parts) {
    const { dictionary, length, values } = part;
    indices.set(values.subarray(0, length), at);
    const codes = new Map<number, number>();
    for (let i = 0; others.length > 0 && i < length; i += 1) {
      const own = part.getValid(i) ? Number(values[i]) : undefined;
      const code = own === undefined ? 0 : (codes.get(own) ?? merged.codeOf(dictionary?.get(own)));
      if (own !== undefined) codes.set(own, code);
      indices[at + i] = bitWidth === 64 ? BigInt(code) : code;
      if (Number(indices[at + i]) !== code) {
        throw new RangeError(
          `Expected the values of merged dictionaries to fit \`${typeName(type)}\`, got ${code + 1}`,
        );
      }
    }
    at += length;
  }
  return { indices, dictionary: others.length === 0 ? first : vectorFromArray([...merged.words], type.dictionary) };
}
