import { mixBits } from './distinct-count.js';

/** Counts of the most frequent numbers in bounded memory. */
export interface FrequentNumbers {
  /** Whether no number was ever dropped: every count is then the true one. */
  readonly exact: boolean;
  /** `value` is finite. */
  add(value: number): void;
  /** Numbers in rising order, with their counts: each at most the true count, and short of it by at most rows / capacity. */
  entries(): [value: number, rows: number][];
}

/**
 * Exact counts of up to 2 * `capacity` distinct numbers; beyond, the counts of the heaviest (Misra and Gries 1982, in the
 * batched form of Anderson et al. 2017): every number that holds more than 1 / `capacity` of the rows is kept.
 * Open addressing in typed arrays: several times faster than a Map, which puts every float64 on the heap.
 */
export function createFrequentNumbers(capacity = 4096): FrequentNumbers {
  const mask = 2 ** Math.ceil(Math.log2(4 * capacity)) - 1;
  const values = new Float64Array(mask + 1);
  // 0 marks a free slot.
  const counts = new Float64Array(mask + 1);
  const word = new Float64Array(1);
  const halves = new Uint32Array(word.buffer);
  let size = 0;
  let exact = true;

  function addTimes(value: number, times: number): void {
    const slot = slotOf(value);
    if (counts[slot] === 0) size += 1;
    values[slot] = value;
    counts[slot] = (counts[slot] as number) + times;
  }

  function slotOf(value: number): number {
    word[0] = value;
    let slot = mixBits((halves[0] as number) ^ mixBits(halves[1] as number)) & mask;
    while (counts[slot] !== 0 && values[slot] !== value) slot = (slot + 1) & mask;
    return slot;
  }

  function entries(): [number, number][] {
    const found = new Float64Array(size);
    for (let slot = 0, i = 0; slot <= mask; slot += 1) {
      if (counts[slot] !== 0) found[i++] = values[slot] as number;
    }
    return Array.from(found.sort(), (value) => [value, counts[slotOf(value)] as number]);
  }

  function purge(): void {
    exact = false;
    const [oldValues, oldCounts] = [values.slice(), counts.slice()];
    const toll = tollFor(counts.slice(), capacity);
    counts.fill(0);
    size = 0;
    for (let slot = 0; slot <= mask; slot += 1) {
      const rest = (oldCounts[slot] as number) - toll;
      if (rest > 0) addTimes(oldValues[slot] as number, rest);
    }
  }

  return {
    get exact() {
      return exact;
    },
    add(value) {
      addTimes(value, 1);
      if (size > 2 * capacity) purge();
    },
    entries,
  };
}

/** What to take from every count so that at most `keep` stay above zero: the (keep + 1)-th largest. */
export function tollFor(counts: Float64Array, keep: number): number {
  counts.sort();
  return counts[counts.length - 1 - keep] as number;
}
