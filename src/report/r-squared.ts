/** 1 - squared error / variance of the truth: 1 is perfect, 0 what the mean gives. NaN where the truth is constant. */
export function rSquared(predicted: Float64Array, truth: Float64Array): number {
  const mean = truth.reduce((sum, value) => sum + value, 0) / truth.length;
  let [errors, variance] = [0, 0];
  truth.forEach((value, row) => {
    errors += (value - (predicted[row] as number)) ** 2;
    variance += (value - mean) ** 2;
  });
  return variance > 0 ? 1 - errors / variance : Number.NaN;
}
