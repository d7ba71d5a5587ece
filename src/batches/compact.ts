import { type Data, DataType, type RecordBatch } from 'apache-arrow';
import { concat } from './concat.js';

/** A batch to keep, and what keeping it costs. */
export interface CompactBatch {
  readonly batch: RecordBatch;
  /** Bytes of the columns, dictionaries not included: these are shared between batches. */
  readonly bytes: number;
}

/**
 * The batch itself when its buffers hold little else, or a copy: a slice keeps the whole of its parent in memory, and so does a
 * column chosen from a wide file.
 */
export function compact(batch: RecordBatch): CompactBatch {
  const columns = batch.data.children;
  const bytes = columns.reduce((sum, data) => sum + bytesOf(data), 0);
  const buffers = new Set<ArrayBufferLike>();
  for (const data of columns) collectBuffers(data, buffers);
  const pinned = [...buffers].reduce((sum, { byteLength }) => sum + byteLength, 0);
  return { batch: pinned > bytes * 1.25 + 4096 ? concat([batch]) : batch, bytes };
}

/** Bytes that the rows of `data` need, whatever its buffers hold besides. */
function bytesOf(data: Data): number {
  const { type, length, valueOffsets, values, children } = data;
  const bitmap = data.nullCount > 0 ? (length + 7) >> 3 : 0;
  if (valueOffsets !== undefined && length > 0 && !DataType.isUnion(type)) {
    const begin = Number(valueOffsets[0]);
    const size = Number(valueOffsets[length]) - begin;
    const [child] = children;
    const inner = child === undefined ? size : bytesOf(child.slice(begin, size));
    return bitmap + (length + 1) * valueOffsets.BYTES_PER_ELEMENT + inner;
  }
  const own = values === undefined ? 0 : DataType.isBool(type) ? (length + 7) >> 3 : values.byteLength;
  const views = data.variadicBuffers.reduce((sum, buffer) => sum + buffer.byteLength, 0);
  return children.reduce((sum, child) => sum + bytesOf(child), bitmap + own + views);
}

function collectBuffers(data: Data, buffers: Set<ArrayBufferLike>): void {
  for (const view of [data.valueOffsets, data.values, data.nullBitmap, data.typeIds, ...data.variadicBuffers]) {
    if (view !== undefined && view !== null) buffers.add(view.buffer);
  }
  for (const child of data.children) collectBuffers(child, buffers);
}
