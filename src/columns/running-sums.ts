/** The sums of the first 1, 2, ... weights: where each one's share of the total ends. */
export function runningSums(weights: ArrayLike<number>): Float64Array {
  const sums = new Float64Array(weights.length);
  let sum = 0;
  for (let i = 0; i < sums.length; i += 1) {
    sum += weights[i] as number;
    sums[i] = sum;
  }
  return sums;
}
