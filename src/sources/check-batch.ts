import { type Data, DataType, type RecordBatch, type Union, UnionMode } from 'apache-arrow';
import { InputError } from '../errors.js';

/**
 * Throws an InputError when a batch read from bytes refers to values that are not there: buffers too short, offsets out of order
 * or out of range, codes beyond the dictionary, texts outside of their buffers. Reading such a batch would give garbage without an error. Cost: one pass over offsets and codes.
 */
export function checkBatch(batch: RecordBatch, source: string): void {
  for (const [i, { name }] of batch.schema.fields.entries()) {
    const data = batch.data.children[i];
    if (data === undefined || data.length !== batch.numRows || !isSound(data)) {
      throw new InputError('Expected Arrow data, got a column whose buffers do not fit together: the data is damaged', {
        source,
        column: name,
      });
    }
  }
}

function isSound(data: Data): boolean {
  const { type, length, offset, nullBitmap, valueOffsets, values, children } = data;
  if (DataType.isNull(type) || length === 0) return true;
  if (DataType.isUnion(type)) return hasSoundKinds(data as Data<Union>);
  if (nullBitmap !== undefined && nullBitmap.length > 0 && nullBitmap.length * 8 < offset + length) return false;
  if (DataType.isBool(type)) return values.length * 8 >= offset + length;
  if (DataType.isDictionary(type)) return values.length >= length && hasSoundCodes(data);
  if (DataType.isStruct(type)) return children.every((child) => child.length >= length && isSound(child));
  if (DataType.isFixedSizeList(type)) {
    return children.every((child) => child.length >= length * type.listSize && isSound(child));
  }
  if (DataType.isUtf8View(type) || DataType.isBinaryView(type)) return hasSoundViews(data);
  if (valueOffsets === undefined) return values.length >= length * data.stride;
  const [child] = children;
  return (
    hasSoundOffsets(valueOffsets, length, child?.length ?? values.length) && (child === undefined || isSound(child))
  );
}

function hasSoundOffsets(offsets: ArrayLike<number | bigint>, length: number, most: number): boolean {
  if (offsets.length <= length) return false;
  let before: number | bigint = 0;
  for (let i = 0; i <= length; i += 1) {
    const offset: number | bigint = offsets[i] ?? -1;
    if (offset < before) return false;
    before = offset;
  }
  return before <= most;
}

/** A view has the length of its text, then the text or, beyond 12 bytes, its begin, the buffer it is in and where. */
function hasSoundViews(data: Data): boolean {
  const { values, length, variadicBuffers } = data;
  if (values.length < length * 16) return false;
  const view = new DataView(values.buffer, values.byteOffset, values.byteLength);
  for (let i = 0; i < length; i += 1) {
    const size = view.getInt32(i * 16, true);
    if ((size >= 0 && size <= 12) || !data.getValid(i)) continue;
    const buffer = variadicBuffers[view.getInt32(i * 16 + 8, true)];
    const offset = view.getInt32(i * 16 + 12, true);
    if (size < 0 || offset < 0 || buffer === undefined || offset + size > buffer.length) return false;
  }
  return true;
}

function hasSoundKinds({ type, typeIds, valueOffsets, length, children }: Data<Union>): boolean {
  const isDense = type.mode === UnionMode.Dense;
  if (typeIds.length < length || (isDense && valueOffsets.length < length)) return false;
  for (let i = 0; i < length; i += 1) {
    const child = children[type.typeIdToChildIndex[typeIds[i] as number] ?? -1];
    const at = isDense ? (valueOffsets[i] as number) : i;
    if (child === undefined || at < 0 || at >= child.length) return false;
  }
  return children.every(isSound);
}

function hasSoundCodes(data: Data): boolean {
  const size = data.dictionary?.length ?? 0;
  const codes: ArrayLike<number | bigint> = data.values;
  for (let i = 0; i < data.length; i += 1) {
    const code = codes[i] ?? -1;
    if ((code < 0 || code >= size) && data.getValid(i)) return false;
  }
  return data.dictionary?.data.every(isSound) ?? true;
}
