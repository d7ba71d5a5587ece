import { Data, DataType, type Dictionary, type Int, type RecordBatch, Vector, vectorFromArray } from 'apache-arrow';
import { batchOf } from '../batches/batch-of.js';
import { typeName } from '../batches/type-name.js';

/**
 * Gives the batches of one schema one dictionary a column, which grows at its end: Arrow's file format has no place for another one.
 * A batch whose dictionaries are those of the first passes as it is. A RangeError where the indices are too small for all words.
 */
export function shareDictionaries(): (batch: RecordBatch) => RecordBatch {
  const shared = new Map<number, (data: Data) => Data>();
  return (batch) => {
    const columns = batch.data.children.map((data, i) => {
      if (!DataType.isDictionary(data.type) || data.dictionary === undefined) return data;
      const share = shared.get(i) ?? shareDictionary(String(batch.schema.names[i]), data.type, data.dictionary);
      shared.set(i, share);
      return share(data);
    });
    const isSame = columns.every((data, i) => data === batch.data.children[i]);
    return isSame ? batch : batchOf(batch.schema, batch.numRows, columns);
  };
}

function shareDictionary(name: string, type: Dictionary, first: Vector): (data: Data) => Data {
  const indices: Int = type.indices;
  let dictionary = first;
  let codes: Map<unknown, number> | undefined;
  const places = new WeakMap<Vector, number[]>();

  /** Where the words of another dictionary are in this one, which grows by those it lacks. */
  function placesOf(other: Vector): number[] {
    const known = places.get(other);
    if (known !== undefined) return known;
    codes ??= new Map(Array.from(dictionary, (word, code) => [keyOf(word), code]));
    const added: unknown[] = [];
    const found = Array.from(other, (word) => {
      const key = keyOf(word);
      const code = codes?.get(key) ?? dictionary.length + added.length;
      if (code === dictionary.length + added.length) added.push(word);
      codes?.set(key, code);
      return code;
    });
    if (added.length > 0) {
      dictionary = new Vector([...dictionary.data, ...vectorFromArray(added, dictionary.type).data]);
    }
    places.set(other, found);
    return found;
  }

  return (data) => {
    const { type, dictionary: own, offset, length, nullCount, values, nullBitmap } = data;
    if (own === dictionary || own === undefined) return data;
    const found = placesOf(own);
    const place = (code: number | bigint) => found[Number(code)] ?? 0;
    const codes = values.map(indices.bitWidth === 64 ? (code: bigint) => BigInt(place(code)) : place);
    const misfit = found.find((code) => !fits(indices, code));
    if (misfit !== undefined)
      throw new RangeError(
        `Expected the words of column \`${name}\` in one file to fit \`${typeName(type)}\`, got ${misfit + 1}`,
      );
    return new Data(type, offset, length, nullCount, [undefined, codes, nullBitmap], [], dictionary);
  };
}

function fits(indices: { bitWidth: number; isSigned: boolean }, code: number): boolean {
  return code < 2 ** (indices.bitWidth - (indices.isSigned ? 1 : 0));
}

/** Bytes are told apart by what is in them. */
function keyOf(word: unknown): unknown {
  return ArrayBuffer.isView(word) ? String(word) : word;
}
