/** Variants of a record at most. */
export const MOST_COPIES = 1_000_000;
