import { type Data, DataType, type RecordBatch } from 'apache-arrow';
import { InputError } from '../errors.js';

/**
 * Throws an InputError when a batch read from bytes refers to values that are not there: buffers too short, offsets out of order
 * or out of range, codes beyond the dictionary. Reading such a batch would give garbage without an error. Cost: one pass over offsets and codes.
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
  if (DataType.isNull(type) || DataType.isUnion(type) || length === 0) return true;
  if (nullBitmap !== undefined && nullBitmap.length > 0 && nullBitmap.length * 8 < offset + length) return false;
  if (DataType.isBool(type)) return values.length * 8 >= offset + length;
  if (DataType.isDictionary(type)) return values.length >= length && hasSoundCodes(data);
  if (DataType.isStruct(type)) return children.every((child) => child.length >= length && isSound(child));
  if (DataType.isFixedSizeList(type)) {
    return children.every((child) => child.length >= length * type.listSize && isSound(child));
  }
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

function hasSoundCodes(data: Data): boolean {
  const size = data.dictionary?.length ?? 0;
  const codes: ArrayLike<number | bigint> = data.values;
  for (let i = 0; i < data.length; i += 1) {
    const code = codes[i] ?? -1;
    if ((code < 0 || code >= size) && data.getValid(i)) return false;
  }
  return data.dictionary?.data.every(isSound) ?? true;
}
