/** Records one after the other, and those of their variants that are made at a time. */
export interface VariantCut {
  /** The row of the first record. */
  readonly from: number;
  /** Variants of each record. */
  readonly counts: Int32Array;
  /** Variants that the first record has in the cuts before. */
  readonly before: number;
}

/**
 * Cuts records, which are to have so many variants each, into parts of at most `variants` variants and as many records.
 * Only the variants of a record that has more are divided.
 */
export function cutVariants(counts: Int32Array, variants: number): VariantCut[] {
  const cuts: VariantCut[] = [];
  let [from, before, sum] = [0, 0, 0];
  let taken: number[] = [];
  const cut = (next: number, done: number) => {
    cuts.push({ from, counts: Int32Array.from(taken), before });
    [from, before, sum, taken] = [next, done, 0, []];
  };
  counts.forEach((count, row) => {
    if (taken.length > 0 && (sum + count > variants || taken.length === variants)) cut(row, 0);
    let done = 0;
    for (; count - done > variants; done += variants) {
      taken.push(variants);
      cut(row, done + variants);
    }
    taken.push(count - done);
    sum += count - done;
  });
  if (taken.length > 0) cut(counts.length, 0);
  return cuts;
}
