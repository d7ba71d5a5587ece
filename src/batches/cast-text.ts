import { type Data, DataType } from 'apache-arrow';
import { concatData } from './concat.js';
import { gather } from './gather.js';
import { textsOfViews } from './text-views.js';
import { isSet, validityOf } from './validity.js';

/** Bytes that the offsets of utf8 can reach. */
const MOST_BYTES = 2 ** 31 - 1;

/**
 * A column of texts as utf8 or large utf8, in whichever form Arrow has them: these two, views, or a dictionary. Undefined for
 * columns of something else, for other types, and where the texts are more than utf8 can hold.
 */
export function castText(data: Data, type: DataType): Data | undefined {
  if (!DataType.isUtf8(type) && !DataType.isLargeUtf8(type)) return undefined;
  if (DataType.isDictionary(data.type)) {
    const entries = concatData(data.type.dictionary, data.dictionary?.data ?? []);
    return castText(gather(entries, entryRows(data)), type);
  }
  if (DataType.isUtf8View(data.type)) return castText(textsOfViews(data), type);
  if (!DataType.isUtf8(data.type) && !DataType.isLargeUtf8(data.type)) return undefined;
  if (DataType.isUtf8(type) && data.values.length > MOST_BYTES) return undefined;
  return concatData(type, [data]);
}

/** Which entry of its dictionary each row is, -1 for nulls. */
function entryRows(data: Data): Int32Array {
  const bitmap = validityOf(data);
  const codes = data.values as Int32Array | BigInt64Array;
  const rows = new Int32Array(data.length).fill(-1);
  for (let row = 0; row < data.length; row += 1) {
    if (isSet(bitmap, data.offset + row)) rows[row] = Number(codes[row]);
  }
  return rows;
}
