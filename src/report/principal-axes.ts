/** The two directions in which points vary most. */
export interface PrincipalAxes {
  /** Share of the variance along each. */
  readonly variance: readonly [number, number];
  /** Coordinates of points [rows, 2]. */
  project(points: Float32Array): Float32Array;
}

/** Finds the first two principal axes of points [rows, dimension] by power iteration on their covariance. Deterministic. */
export function principalAxes(points: Float32Array, dimension: number): PrincipalAxes {
  const rows = points.length / dimension;
  const mean = new Float64Array(dimension);
  points.forEach((value, at) => {
    mean[at % dimension] = (mean[at % dimension] as number) + value / rows;
  });
  const covariance = new Float64Array(dimension * dimension);
  for (let row = 0; row < rows; row += 1) {
    for (let i = 0; i < dimension; i += 1) {
      const x = (points[row * dimension + i] as number) - (mean[i] as number);
      for (let j = 0; j < dimension; j += 1) {
        const y = (points[row * dimension + j] as number) - (mean[j] as number);
        covariance[i * dimension + j] = (covariance[i * dimension + j] as number) + (x * y) / rows;
      }
    }
  }
  let total = 0;
  for (let i = 0; i < dimension; i += 1) total += covariance[i * dimension + i] as number;
  const axes = [0, 1].map(() => {
    const { axis, variance } = largest(covariance, dimension);
    // Deflation: what is left varies in other directions.
    covariance.forEach((value, at) => {
      const product = (axis[Math.floor(at / dimension)] as number) * (axis[at % dimension] as number);
      covariance[at] = value - variance * product;
    });
    return { axis, share: total > 0 ? variance / total : 0 };
  });
  return {
    variance: [axes[0]?.share ?? 0, axes[1]?.share ?? 0],
    project(given) {
      return Float32Array.from({ length: (2 * given.length) / dimension }, (_, at) => {
        let sum = 0;
        for (let i = 0; i < dimension; i += 1) {
          const centred = (given[Math.floor(at / 2) * dimension + i] as number) - (mean[i] as number);
          sum += centred * (axes[at % 2]?.axis[i] as number);
        }
        return sum;
      });
    },
  };
}

function largest(matrix: Float64Array, dimension: number): { axis: Float64Array; variance: number } {
  let axis = Float64Array.from({ length: dimension }, (_, i) => 1 / (i + 1));
  let variance = 0;
  for (let round = 0; round < 200; round += 1) {
    const next = new Float64Array(dimension);
    for (let i = 0; i < dimension; i += 1) {
      for (let j = 0; j < dimension; j += 1) {
        next[i] = (next[i] as number) + (matrix[i * dimension + j] as number) * (axis[j] as number);
      }
    }
    variance = Math.hypot(...next);
    if (variance < 1e-12) break;
    axis = next.map((value) => value / variance);
  }
  return { axis, variance };
}
