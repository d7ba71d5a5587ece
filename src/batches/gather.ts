import { type Data, DataType, type DenseUnion, type Field, makeData, UnionMode } from 'apache-arrow';
import { buildData, type DataParts } from './build-data.js';
import { bitmapOf, clearBit, isSet, setBit, validityOf } from './validity.js';

/** Any typed array, as far as copying goes. */
type TypedValues = ArrayBufferView<ArrayBuffer> & { readonly BYTES_PER_ELEMENT: number };

/**
 * The rows of a column of any type in a new order: row r of the result is row `rows[r]` of `data`, null where that is -1.
 * Nested types are gathered all the way down; dictionaries are shared. Nothing else of the input is referenced, but for view types' text.
 */
export function gather(data: Data, rows: ArrayLike<number>): Data {
  const { type } = data;
  const length = rows.length;
  if (DataType.isNull(type)) return buildData(type, { length, nulls: length });
  if (DataType.isUnion(type)) return gatherUnion(data, rows);
  const [bitmap, nulls] = gatherValidity(data, rows);
  const { dictionary, variadicBuffers: views } = data;
  const build = (parts: Omit<DataParts, 'length'>): Data =>
    buildData(type, { length, nulls, bitmap, dictionary, views: [...views], ...parts });
  if (DataType.isBool(type)) {
    const bits = bitmapOf(length, false);
    for (let r = 0; r < length; r += 1) {
      const row = rows[r] as number;
      if (row >= 0 && isSet(data.values as Uint8Array, data.offset + row)) setBit(bits, r);
    }
    return build({ values: bits });
  }
  if (DataType.isStruct(type)) return build({ children: childrenOf(data).map((child) => gather(child, rows)) });
  if (DataType.isFixedSizeList(type)) {
    const members = new Int32Array(length * type.listSize);
    for (let i = 0; i < members.length; i += 1) {
      const row = rows[Math.floor(i / type.listSize)] as number;
      members[i] = row < 0 ? -1 : row * type.listSize + (i % type.listSize);
    }
    return build({ children: childrenOf(data).map((child) => gather(child, members)) });
  }
  if (data.valueOffsets !== undefined) {
    const offsets = gatherOffsets(data.valueOffsets, rows);
    if (type.children?.length > 0) {
      const members = membersOf(data.valueOffsets, offsets, rows);
      return build({ offsets, children: childrenOf(data).map((child) => gather(child, members)) });
    }
    return build({ offsets, values: gatherBytes(data.values as Uint8Array, data.valueOffsets, offsets, rows) });
  }
  const width = DataType.isUtf8View(type) || DataType.isBinaryView(type) ? 16 : data.stride;
  return build({ values: gatherValues(data.values, rows, width) });
}

function gatherValidity(data: Data, rows: ArrayLike<number>): [Uint8Array | undefined, number] {
  if (data.nullCount === 0 && allThere(rows)) return [undefined, 0];
  const source = validityOf(data);
  const bitmap = bitmapOf(rows.length, true);
  let nulls = 0;
  for (let r = 0; r < rows.length; r += 1) {
    const row = rows[r] as number;
    if (row >= 0 && isSet(source, data.offset + row)) continue;
    clearBit(bitmap, r);
    nulls += 1;
  }
  return [nulls > 0 ? bitmap : undefined, nulls];
}

function allThere(rows: ArrayLike<number>): boolean {
  for (let r = 0; r < rows.length; r += 1) if ((rows[r] as number) < 0) return false;
  return true;
}

/** Values of `width` elements each; zeros where a row is -1. */
function gatherValues(values: TypedValues, rows: ArrayLike<number>, width: number): TypedValues {
  const Like = values.constructor as new (buffer: ArrayBuffer) => TypedValues;
  const bytes = width * values.BYTES_PER_ELEMENT;
  const gathered = new ArrayBuffer(rows.length * bytes);
  // One loop for each of two array types: a loop over all of them would be ten times as slow.
  if (bytes % 4 === 0 && values.byteOffset % 4 === 0) {
    const words = new Int32Array(values.buffer, values.byteOffset, values.byteLength >> 2);
    gatherWords(words, rows, bytes >> 2, new Int32Array(gathered));
  } else {
    const octets = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    gatherOctets(octets, rows, bytes, new Uint8Array(gathered));
  }
  return new Like(gathered);
}

function gatherWords(values: Int32Array, rows: ArrayLike<number>, width: number, gathered: Int32Array): void {
  for (let r = 0, to = 0; r < rows.length; r += 1, to += width) {
    const from = (rows[r] as number) * width;
    if (from < 0) continue;
    for (let k = 0; k < width; k += 1) gathered[to + k] = values[from + k] as number;
  }
}

function gatherOctets(values: Uint8Array, rows: ArrayLike<number>, width: number, gathered: Uint8Array): void {
  for (let r = 0, to = 0; r < rows.length; r += 1, to += width) {
    const from = (rows[r] as number) * width;
    if (from < 0) continue;
    for (let k = 0; k < width; k += 1) gathered[to + k] = values[from + k] as number;
  }
}

type Offsets = Int32Array | BigInt64Array;

function gatherOffsets(offsets: Offsets, rows: ArrayLike<number>): Offsets {
  if (offsets instanceof BigInt64Array) {
    const gathered = new BigInt64Array(rows.length + 1);
    for (let r = 0; r < rows.length; r += 1) {
      const row = rows[r] as number;
      const size = row < 0 ? 0n : (offsets[row + 1] as bigint) - (offsets[row] as bigint);
      gathered[r + 1] = (gathered[r] as bigint) + size;
    }
    return gathered;
  }
  const gathered = new Int32Array(rows.length + 1);
  let end = 0;
  for (let r = 0; r < rows.length; r += 1) {
    const row = rows[r] as number;
    if (row >= 0) end += (offsets[row + 1] as number) - (offsets[row] as number);
    gathered[r + 1] = end;
  }
  if (end > 0x7fffffff)
    throw new RangeError(`Expected a column to hold at most ${0x7fffffff} bytes or items, got ${end}`);
  return gathered;
}

/** Which elements the gathered rows hold, one after the other. */
function membersOf(offsets: Offsets, gathered: Offsets, rows: ArrayLike<number>): Int32Array {
  const members = new Int32Array(Number(gathered[rows.length]));
  for (let r = 0, to = 0; r < rows.length; r += 1) {
    const end = Number(gathered[r + 1]);
    for (let from = to < end ? Number(offsets[rows[r] as number]) : 0; to < end; from += 1, to += 1) members[to] = from;
  }
  return members;
}

/** Bytes of a text that are copied at once. */
const BLOCK = 16;

/**
 * The texts of the gathered rows, one after the other. They are copied in whole blocks, whose bytes beyond a text the next one
 * is written over: a loop over as many bytes as each text has takes twice as long, as its end is never foreseen.
 */
function gatherBytes(values: Uint8Array, offsets: Offsets, gathered: Offsets, rows: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(Number(gathered[rows.length]));
  const starts = offsets instanceof BigInt64Array ? Float64Array.from(offsets, Number) : offsets;
  const source = new DataView(values.buffer, values.byteOffset, values.byteLength);
  const target = new DataView(bytes.buffer);
  const [lastFrom, lastTo] = [values.length - BLOCK, bytes.length - BLOCK];
  for (let r = 0, next = 0; r < rows.length; r += 1) {
    const row = rows[r] as number;
    if (row < 0) continue;
    const end = starts[row + 1] as number;
    let from = starts[row] as number;
    let to = next;
    next += end - from;
    for (; from < end && from <= lastFrom && to <= lastTo; from += BLOCK, to += BLOCK) {
      target.setUint32(to, source.getUint32(from, true), true);
      target.setUint32(to + 4, source.getUint32(from + 4, true), true);
      target.setUint32(to + 8, source.getUint32(from + 8, true), true);
      target.setUint32(to + 12, source.getUint32(from + 12, true), true);
    }
    for (; from < end; from += 1, to += 1) bytes[to] = values[from] as number;
  }
  return bytes;
}

/** A union has no validity of its own: rows of -1 become null rows of its first member. */
function gatherUnion(data: Data, rows: ArrayLike<number>): Data {
  const type = data.type as DenseUnion;
  const first = type.typeIds[0] as number;
  const typeIds = Int8Array.from(rows, (row) => (row < 0 ? first : ((data.typeIds as Int8Array)[row] as number)));
  const { length } = rows;
  if (type.mode !== UnionMode.Dense) {
    return buildData(type, { length, typeIds, children: childrenOf(data).map((child) => gather(child, rows)) });
  }
  const members: number[][] = data.children.map(() => []);
  const offsets = Int32Array.from(rows, (row, r) => {
    const member = members[type.typeIdToChildIndex[typeIds[r] as number] as number] as number[];
    return member.push(row < 0 ? -1 : ((data.valueOffsets as Int32Array)[row] as number)) - 1;
  });
  const children = childrenOf(data).map((child, c) => gather(child, members[c] as number[]));
  return buildData(type, { length, typeIds, offsets, children });
}

/** The children of nested data; Arrow makes empty lists without theirs. */
function childrenOf({ type, children }: Data): Data[] {
  const fields: readonly Field[] = type.children ?? [];
  return fields.map((field, c) => children[c] ?? makeData({ type: field.type, length: 0 }));
}
