/** A share with what chance makes of it. */
export interface Share {
  readonly value: number;
  readonly standardError: number;
}

/** Sums of single-precision ranks differ by less when they are of the same columns in another order. */
const TIE = 1e-6;

/**
 * The share of records nearer to the training records than to as many held-out ones, ties counting half: 1/2 for records
 * that owe nothing to single training records (Platzer and Reutterer 2021; SDMetrics, DCROverfittingProtection). Takes each record's distance
 * to the closest record of either table.
 */
export function closestRecordShare(toTraining: Float32Array, toHoldout: Float32Array): Share {
  const n = toTraining.length;
  let [sum, squares] = [0, 0];
  toTraining.forEach((distance, row) => {
    const other = toHoldout[row] as number;
    const nearer = Math.abs(distance - other) <= TIE ? 0.5 : distance < other ? 1 : 0;
    sum += nearer;
    squares += nearer * nearer;
  });
  const value = sum / n;
  return { value, standardError: Math.sqrt(Math.max(0, squares / n - value ** 2) / n) };
}
