import { type Data, DataType, type DenseUnion, type Field, makeData, UnionMode } from 'apache-arrow';
import { buildData, type DataParts } from './build-data.js';
import { bitmapOf, clearBit, isSet, setBit, validityOf } from './validity.js';

/** Any fixed-width buffer, as far as copying goes. */
interface Values {
  [index: number]: number | bigint;
  readonly length: number;
}

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
    const { offsets, members } = gatherRanges(data.valueOffsets, rows);
    if (type.children?.length > 0)
      return build({ offsets, children: childrenOf(data).map((child) => gather(child, members)) });
    return build({ offsets, values: gatherValues(data.values, members, 1) });
  }
  const width = DataType.isUtf8View(type) || DataType.isBinaryView(type) ? 16 : data.stride;
  return build({ values: gatherValues(data.values, rows, width) });
}

function gatherValidity(data: Data, rows: ArrayLike<number>): [Uint8Array | undefined, number] {
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

function gatherValues<T extends Values>(values: T, rows: ArrayLike<number>, width: number): T & ArrayBufferView {
  const Like = values.constructor as new (length: number) => T & ArrayBufferView;
  const gathered: Values & ArrayBufferView = new Like(rows.length * width);
  for (let r = 0, to = 0; r < rows.length; r += 1, to += width) {
    const from = (rows[r] as number) * width;
    if (from < 0) continue;
    for (let k = 0; k < width; k += 1) gathered[to + k] = values[from + k] as number | bigint;
  }
  return gathered as T & ArrayBufferView;
}

/** The offsets of the gathered rows, and which elements they hold, one after the other. */
function gatherRanges(offsets: Int32Array | BigInt64Array, rows: ArrayLike<number>) {
  const wide = offsets instanceof BigInt64Array;
  const starts = new Float64Array(rows.length + 1);
  const startOf = (row: number): number => Number(offsets[row] ?? 0);
  for (let r = 0; r < rows.length; r += 1) {
    const row = rows[r] as number;
    starts[r + 1] = (starts[r] as number) + (row < 0 ? 0 : startOf(row + 1) - startOf(row));
  }
  const members = new Int32Array(starts[rows.length] as number);
  for (let r = 0; r < rows.length; r += 1) {
    const first = startOf(rows[r] as number);
    const end = starts[r + 1] as number;
    for (let to = starts[r] as number, k = 0; to < end; to += 1, k += 1) members[to] = first + k;
  }
  const gathered = wide ? BigInt64Array.from(starts, BigInt) : Int32Array.from(starts);
  return { offsets: gathered, members };
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
