/** Numbers by their place, in an array of numbers alone: a list takes 8 bytes for each, and as much again while it grows. */
export interface KeptValues<Values> {
  /** Keeps a value in a place: one that has a value, or the next. */
  put(place: number, value: number): void;
  /** All of them; afterwards there are none. */
  take(): Values;
}

/** Keeps numbers in what `create` makes. */
export function createKeptValues<Values extends Float64Array | Int32Array>(
  create: (length: number) => Values,
): KeptValues<Values> {
  let values = create(1024);
  let size = 0;
  return {
    put(place, value) {
      if (place === values.length) {
        const larger = create(2 * size);
        larger.set(values);
        values = larger;
      }
      values[place] = value;
      size = Math.max(size, place + 1);
    },
    take() {
      const all = values.slice(0, size) as Values;
      values = create(0);
      size = 0;
      return all;
    },
  };
}
