import { type Data, DataType } from 'apache-arrow';
import { buildData } from '../batches/build-data.js';
import { gather } from '../batches/gather.js';
import { bitmapOf, clearBit } from '../batches/validity.js';
import { type ListType, leavesOf, type ParquetNode } from './parquet-nodes.js';
import { physicalData } from './physical-data.js';
import type { ColumnChunk } from './read-chunk.js';

/**
 * Arrow data of a Parquet column, from the levels and values of its leaves: `chunkOf` gives the chunk at a position. A RangeError where they
 * do not fit each other, which only damaged data do not. (Melnik et al. 2010, "Dremel".)
 */
export function assembleColumn(node: ParquetNode, chunkOf: (position: number) => ColumnChunk): Data {
  return assemble(node, { chunkOf, lists: 0, present: 0 });
}

/** What is around a part: in how many lists it is, and the definition level from which on the innermost of them has an item. */
interface Context {
  readonly chunkOf: (position: number) => ColumnChunk;
  readonly lists: number;
  readonly present: number;
}

function assemble(node: ParquetNode, context: Context): Data {
  switch (node.kind) {
    case 'leaf': {
      const chunk = context.chunkOf(node.leaf.position);
      return physicalData(node.type, valuesOf(chunk, context), chunk.words);
    }
    case 'struct': {
      const shape = shapeOf(node, context);
      const children = node.children.map((child) => assemble(child, context));
      const other = children.find(({ length }) => length !== shape.length);
      if (other !== undefined) throw new RangeError(`${other.length} values in a part of ${shape.length}`);
      return buildData(node.type, { ...shape, children });
    }
    case 'list': {
      const { chunkOf, lists } = context;
      const inner = { chunkOf, lists: lists + 1, present: node.level + 1 };
      const shape = shapeOf(node, context);
      const offsets = offsetsOf(node, context, shape.length);
      return listData(node.type, { ...shape, offsets }, assemble(node.item, inner));
    }
    default:
      return node satisfies never;
  }
}

interface Shape {
  readonly length: number;
  readonly nulls: number;
  readonly bitmap: Uint8Array | undefined;
}

/** The values of a leaf, null where there is none. */
function valuesOf({ length, definitions, deepest, values }: ColumnChunk, { present }: Context): ArrayLike<unknown> {
  if (definitions === undefined) return values;
  const all: unknown[] = [];
  let next = 0;
  for (let i = 0; i < length; i += 1) {
    const level = definitions[i] as number;
    if (level < present) continue;
    all.push(level === deepest ? values[next] : null);
    if (level === deepest) next += 1;
  }
  if (next !== values.length) throw new RangeError(`${values.length} values where levels tell of ${next}`);
  return all;
}

/** How many there are of a part, and which of them are null: all that it consists of know. */
function shapeOf(node: ParquetNode, context: Context): Shape {
  const gaps: number[] = [];
  let length = 0;
  eachEntry(node, context, (isFirst, level) => {
    if (!isFirst) return;
    if (level < node.level) gaps.push(length);
    length += 1;
  });
  const nulls = gaps.length;
  if (nulls === 0) return { length, nulls, bitmap: undefined };
  const bitmap = bitmapOf(length, true);
  for (const row of gaps) clearBit(bitmap, row);
  return { length, nulls, bitmap };
}

function offsetsOf(node: ParquetNode, context: Context, length: number): Int32Array {
  const offsets = new Int32Array(length + 1);
  let [row, items] = [0, 0];
  eachEntry(node, context, (isFirst, level, repetition) => {
    if (isFirst) row += 1;
    if (repetition <= context.lists + 1 && level > node.level) items += 1;
    offsets[row] = items;
  });
  return offsets;
}

/** The entries of a part's first leaf that belong to it, the first of each value marked. */
function eachEntry(
  node: ParquetNode,
  { chunkOf, lists, present }: Context,
  visit: (isFirst: boolean, level: number, repetition: number) => void,
): void {
  const [first] = leavesOf(node);
  if (first === undefined) return;
  const { length, definitions, repetitions, deepest } = chunkOf(first.position);
  for (let i = 0; i < length; i += 1) {
    const level = definitions?.[i] ?? deepest;
    const repetition = repetitions?.[i] ?? 0;
    if (level >= present) visit(repetition <= lists, level, repetition);
  }
}

function listData(type: ListType, { offsets, ...shape }: Shape & { offsets: Int32Array }, items: Data): Data {
  if (DataType.isLargeList(type))
    return buildData(type, { ...shape, offsets: BigInt64Array.from(offsets, BigInt), children: [items] });
  if (!DataType.isFixedSizeList(type)) return buildData(type, { ...shape, offsets, children: [items] });
  // Nulls take no place in the file.
  const { listSize } = type;
  const lengths = Array.from({ length: shape.length }, (_, row) => Number(offsets[row + 1]) - Number(offsets[row]));
  // Before memory is taken for a damaged size.
  const other = lengths.find((length) => length !== 0 && length !== listSize);
  if (other !== undefined) throw new RangeError(`${other} items in a list of ${listSize}`);
  const members = new Int32Array(shape.length * listSize).fill(-1);
  for (let row = 0; row < shape.length; row += 1) {
    const begin = offsets[row] as number;
    if (lengths[row] === 0) continue;
    for (let i = 0; i < listSize; i += 1) members[row * listSize + i] = begin + i;
  }
  return buildData(type, { ...shape, children: [gather(items, members)] });
}
