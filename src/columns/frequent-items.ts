/** Counts of the most frequent keys in bounded memory. */
export interface FrequentItems<Key> {
  /** Whether no key was ever dropped: every count is then the true one. */
  readonly exact: boolean;
  add(key: Key): void;
  /** Keys with their counts: each at most the true count, and short of it by at most rows / capacity. */
  entries(): [Key, number][];
}

/**
 * Exact counts of up to 2 * `capacity` distinct keys; beyond, the counts of the heaviest (Misra and Gries 1982, in the
 * batched form of Anderson et al. 2017): every key that holds more than 1 / `capacity` of the rows is kept.
 * Cost: amortised constant time a key.
 */
export function createFrequentItems<Key>(capacity = 4096): FrequentItems<Key> {
  const counts = new Map<Key, number>();
  let exact = true;
  return {
    get exact() {
      return exact;
    },
    add(key) {
      counts.set(key, (counts.get(key) ?? 0) + 1);
      if (counts.size <= 2 * capacity) return;
      exact = false;
      const toll = tollFor(Float64Array.from(counts.values()), capacity);
      for (const [kept, count] of counts) {
        if (count > toll) counts.set(kept, count - toll);
        else counts.delete(kept);
      }
    },
    entries: () => [...counts],
  };
}

/** What to take from every count so that at most `keep` stay above zero: the (keep + 1)-th largest. */
export function tollFor(counts: Float64Array, keep: number): number {
  counts.sort();
  return counts[counts.length - 1 - keep] as number;
}
