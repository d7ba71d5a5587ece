/** A history of bounded length. */
export interface Thinned<T> {
  add(item: T): void;
  /** At least half of the limit, once there were so many, evenly spread; the latest is always among them. */
  readonly items: readonly T[];
}

/** Keeps at most `limit` items, 2 or more: every item, then every second, every fourth, ..., and the latest. */
export function createThinned<T>(limit: number): Thinned<T> {
  let kept: T[] = [];
  let latest: T | undefined;
  let stride = 1;
  let count = 0;
  return {
    add(item) {
      const isKept = count % stride === 0;
      count += 1;
      latest = isKept ? undefined : item;
      if (!isKept) return;
      kept.push(item);
      if (kept.length < limit) return;
      kept = kept.filter((_, i) => i % 2 === 0);
      stride *= 2;
      if ((count - 1) % stride !== 0) latest = item;
    },
    get items() {
      return latest === undefined ? kept : [...kept, latest];
    },
  };
}
