/** The numbers of two columns, row by row; NaN for null. */
export type NumberPair = readonly [Float64Array, Float64Array];

/**
 * 1 - |r_real - r_synthetic| / 2 with Pearson's r over rows where neither is null, in [0, 1], 1 being the same correlation
 * (SDMetrics, CorrelationSimilarity). NaN where an r is undefined: a constant column.
 */
export function correlationSimilarity(real: NumberPair, synthetic: NumberPair): number {
  return 1 - Math.abs(correlation(real) - correlation(synthetic)) / 2;
}

/** Means and products are updated row by row (Welford 1962): large offsets cost no digits. */
function correlation([x, y]: NumberPair): number {
  let [n, meanX, meanY, xx, yy, xy] = [0, 0, 0, 0, 0, 0];
  for (let row = 0; row < x.length; row += 1) {
    const [a, b] = [x[row] as number, y[row] as number];
    if (Number.isNaN(a) || Number.isNaN(b)) continue;
    n += 1;
    const [dx, dy] = [a - meanX, b - meanY];
    meanX += dx / n;
    meanY += dy / n;
    xx += dx * (a - meanX);
    yy += dy * (b - meanY);
    xy += dx * (b - meanY);
  }
  return xy / Math.sqrt(xx * yy);
}
