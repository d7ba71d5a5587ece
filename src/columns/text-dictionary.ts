import { type DataType, type Dictionary, Vector } from 'apache-arrow';
import { forEachText, textData } from './text-data.js';
import type { TextTable } from './text-table.js';

/** The dictionary of a table's texts: index i is text i. */
export function ownDictionary(type: Dictionary, table: TextTable): Vector {
  return new Vector([textData(type.dictionary, table)]);
}

/** Where each text of the table is in a dictionary; undefined when one is missing. */
export function placesIn(dictionary: Vector, table: TextTable): Int32Array | undefined {
  const places = new Int32Array(table.size).fill(-1);
  let place = 0;
  for (const chunk of dictionary.data) {
    forEachText(
      chunk,
      (bytes, start, end) => {
        const id = table.find(bytes, start, end);
        if (id >= 0) places[id] = place;
        place += 1;
      },
      () => {
        place += 1;
      },
    );
  }
  return places.includes(-1) ? undefined : places;
}

/**
 * The index buffer of a dictionary column: row r is text `ids[r]`, at `places` of that where given; anything where it is -1.
 * Throws RangeError when an index does not fit the type.
 */
export function indexArray(type: DataType, ids: Int32Array, places: Int32Array | undefined): ArrayBufferView {
  const found = ids.map((id) => (id < 0 ? 0 : places === undefined ? id : (places[id] as number)));
  const Indices: unknown = type.ArrayType;
  if (Indices === BigInt64Array) return BigInt64Array.from(found, BigInt);
  if (Indices === BigUint64Array) return BigUint64Array.from(found, BigInt);
  const Narrow = Indices as new (values: Int32Array) => Int32Array;
  const values = new Narrow(found);
  const misfit = found.find((index, r) => values[r] !== index);
  if (misfit !== undefined) throw new RangeError(`Expected dictionary indices to fit ${type}, got ${misfit}`);
  return values;
}
