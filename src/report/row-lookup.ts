/** Finds rows by a key and, among those, by a place. */
export interface RowLookup {
  /** All rows, ordered by key, then by place, then by number. */
  readonly rows: Int32Array;
  /** Where in `rows` those with a key and a place of at least, or with `beyond` of more than, the one given begin. */
  position(key: number, place: number, beyond?: boolean): number;
}

/** Sorts rows for look-ups by binary search; `keys` and `places` are one number a row. */
export function createRowLookup(keys: Uint32Array, places: Float32Array): RowLookup {
  const rows = Int32Array.from(keys, (_, row) => row).sort(
    (a, b) => (keys[a] as number) - (keys[b] as number) || (places[a] as number) - (places[b] as number) || a - b,
  );
  const sortedKeys = new Uint32Array(rows.length);
  const sortedPlaces = new Float32Array(rows.length);
  rows.forEach((row, at) => {
    sortedKeys[at] = keys[row] as number;
    sortedPlaces[at] = places[row] as number;
  });
  return {
    rows,
    position(key, place, beyond = false) {
      let [low, high] = [0, rows.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        const [k, p] = [sortedKeys[middle] as number, sortedPlaces[middle] as number];
        if (k < key || (k === key && (p < place || (beyond && p === place)))) low = middle + 1;
        else high = middle;
      }
      return low;
    },
  };
}
