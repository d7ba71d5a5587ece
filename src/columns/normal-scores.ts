/**
 * The normal score of each code's middle rank: the standard normal quantile of the share of rows before it plus half its
 * own, kept within 2.5 so that a rare end does not outweigh the rest. `rows[i]` is the number of rows of code i, in order.
 */
export function normalScores(rows: readonly number[]): number[] {
  const total = rows.reduce((sum, count) => sum + count, 0);
  let before = 0;
  return rows.map((count) => {
    const middle = (before + count / 2) / total;
    before += count;
    return Math.min(2.5, Math.max(-2.5, normalQuantile(middle)));
  });
}

/** The standard normal quantile, to 1.2e-9 relative (Acklam 2003); `p` in (0, 1). */
function normalQuantile(p: number): number {
  if (p > 0.5) return -normalQuantile(1 - p);
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(p));
    return (
      (((((-7.784894002430293e-3 * q - 0.3223964580411365) * q - 2.400758277161838) * q - 2.549732539343734) * q +
        4.374664141464968) *
        q +
        2.938163982698783) /
      ((((7.784695709041462e-3 * q + 0.3224671290700398) * q + 2.445134137142996) * q + 3.754408661907416) * q + 1)
    );
  }
  const q = p - 0.5;
  const r = q * q;
  return (
    ((((((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r + 138.357751867269) * r -
      30.66479806614716) *
      r +
      2.506628277459239) *
      q) /
    (((((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r + 66.80131188771972) * r -
      13.28068155288572) *
      r +
      1)
  );
}
