import { normalQuantile } from '../random.js';

/**
 * The normal score of each code's middle rank: the standard normal quantile of the share of rows before it plus half its
 * own, kept within 2.5 so that a rare end does not outweigh the rest, and never quite 0. `rows[i]` is the number of rows of code i, in order.
 */
export function normalScores(rows: readonly number[]): number[] {
  const total = rows.reduce((sum, count) => sum + count, 0);
  let before = 0;
  return rows.map((count) => {
    const middle = (before + count / 2) / total;
    before += count;
    // 0 is for codes outside the order.
    return Math.min(2.5, Math.max(-2.5, normalQuantile(middle))) || Number.EPSILON;
  });
}
