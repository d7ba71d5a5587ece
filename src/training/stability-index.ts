/** How far apart two samples of one variable are. */
export interface StabilityIndex {
  /** The population stability index less what sampling alone makes of it; 0 or more. Above 0.25 a shift is usually called major, above 0.1 minor. */
  readonly index: number;
  /** Whether the index is beyond what sampling alone gives in one of a million comparisons. */
  readonly significant: boolean;
}

/** The standard normal value that one in a million is above. */
const MILLIONTH = 4.753;

/** Rows added to each cell, so that empty ones have a logarithm (Jeffreys' prior). */
const PRIOR = 0.5;

/**
 * The population stability index of two histograms over the same cells,
 *
 *     PSI = sum over cells (p - q) ln(p / q),
 *
 * the symmetric Kullback-Leibler divergence (Jeffreys 1946; Siddiqi, "Credit Risk Scorecards", 2006), p and q being the
 * shares with half a row more a cell. Where both come from one distribution, PSI / (1 / n + 1 / m) is about chi-square
 * with as many degrees of freedom as occupied cells less one (Yurdakul and Naranjo, "Statistical properties of the
 * population stability index", 2020), n and m being the rows: its mean is subtracted, and its upper quantile (Wilson and
 * Hilferty 1931) tells what is significant. For rows that are independent.
 */
export function stabilityIndex(reference: ArrayLike<number>, recent: ArrayLike<number>): StabilityIndex {
  const cells = Array.from({ length: reference.length }, (_, i) => i).filter(
    (i) => (reference[i] as number) > 0 || (recent[i] as number) > 0,
  );
  const rowsOf = (counts: ArrayLike<number>) => cells.reduce((sum, i) => sum + (counts[i] as number), 0);
  const [n, m] = [rowsOf(reference), rowsOf(recent)];
  const freedom = cells.length - 1;
  if (n === 0 || m === 0 || freedom < 1) return { index: 0, significant: false };
  const share = (counts: ArrayLike<number>, i: number, rows: number) =>
    ((counts[i] as number) + PRIOR) / (rows + PRIOR * cells.length);
  const psi = cells.reduce((sum, i) => {
    const [p, q] = [share(recent, i, m), share(reference, i, n)];
    return sum + (p - q) * Math.log(p / q);
  }, 0);
  const scale = 1 / n + 1 / m;
  return {
    index: Math.max(0, psi - freedom * scale),
    significant: psi > scale * chiSquareQuantile(freedom, MILLIONTH),
  };
}

/** Wilson and Hilferty's quantile of chi-square, for the standard normal's quantile z. */
function chiSquareQuantile(freedom: number, z: number): number {
  const spread = 2 / (9 * freedom);
  return freedom * (1 - spread + z * Math.sqrt(spread)) ** 3;
}
