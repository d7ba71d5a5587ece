import type { SparseDesign } from './sparse-design.js';

/**
 * The weights [width + 1], the intercept last, that minimise the log-loss sum over `rows` + |w|^2 / 2, the intercept free:
 * scikit-learn's LogisticRegression with C = 1. Newton's method, to a gradient below 1e-8 a row. `positive` is 1 or 0 a row
 * of the design. Cost: 10 or so passes over the rows, and a system of `width` equations each.
 */
export function fitLogistic(design: SparseDesign, positive: ArrayLike<number>, rows: ArrayLike<number>): Float64Array {
  const size = design.width + 1;
  let weights = new Float64Array(size);
  let loss = lossOf(design, positive, rows, weights);
  for (let round = 0; round < 100; round += 1) {
    const { gradient, hessian } = derivatives(design, positive, rows, weights);
    if (gradient.every((g) => Math.abs(g) <= 1e-8 * Math.max(1, rows.length))) break;
    const step = solve(hessian, gradient, size);
    let scale = 1;
    for (; scale > 1e-6; scale /= 2) {
      const next = weights.map((w, i) => w - scale * (step[i] as number));
      const nextLoss = lossOf(design, positive, rows, next);
      if (nextLoss > loss) continue;
      [weights, loss] = [next, nextLoss];
      break;
    }
    if (scale <= 1e-6) break;
  }
  return weights;
}

/** The log-odds that a row is positive. */
export function logit({ width, perRow, index, value }: SparseDesign, weights: Float64Array, row: number): number {
  let sum = weights[width] as number;
  for (let at = row * perRow; at < (row + 1) * perRow; at += 1) {
    const feature = index[at] as number;
    if (feature >= 0) sum += (value[at] as number) * (weights[feature] as number);
  }
  return sum;
}

function lossOf(design: SparseDesign, positive: ArrayLike<number>, rows: ArrayLike<number>, weights: Float64Array) {
  let loss = 0;
  for (let f = 0; f < design.width; f += 1) loss += (weights[f] as number) ** 2 / 2;
  for (let r = 0; r < rows.length; r += 1) {
    const row = rows[r] as number;
    const z = logit(design, weights, row);
    loss += Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - (positive[row] as number) * z;
  }
  return loss;
}

function derivatives(
  design: SparseDesign,
  positive: ArrayLike<number>,
  rows: ArrayLike<number>,
  weights: Float64Array,
) {
  const { width, perRow, index, value } = design;
  const size = width + 1;
  const gradient = Float64Array.from(weights, (w, i) => (i < width ? w : 0));
  const hessian = new Float64Array(size * size);
  for (let f = 0; f < width; f += 1) hessian[f * size + f] = 1;
  const features = new Int32Array(perRow + 1);
  const values = new Float64Array(perRow + 1);
  for (let r = 0; r < rows.length; r += 1) {
    const row = rows[r] as number;
    const p = 1 / (1 + Math.exp(-logit(design, weights, row)));
    const [error, curvature] = [p - (positive[row] as number), p * (1 - p)];
    let entries = 0;
    for (let at = row * perRow; at < (row + 1) * perRow; at += 1) {
      if ((index[at] as number) < 0) continue;
      features[entries] = index[at] as number;
      values[entries] = value[at] as number;
      entries += 1;
    }
    // The intercept: features ascend, so only the upper triangle is filled.
    features[entries] = width;
    values[entries] = 1;
    for (let i = 0; i <= entries; i += 1) {
      const f = features[i] as number;
      const x = values[i] as number;
      gradient[f] = (gradient[f] as number) + error * x;
      for (let j = i; j <= entries; j += 1) {
        const cell = f * size + (features[j] as number);
        hessian[cell] = (hessian[cell] as number) + curvature * x * (values[j] as number);
      }
    }
  }
  return { gradient, hessian };
}

/** Solves H x = g by Cholesky's decomposition of the upper triangle of H, in place. */
function solve(h: Float64Array, gradient: Float64Array, size: number): Float64Array {
  for (let k = 0; k < size; k += 1) {
    const pivot = Math.sqrt(Math.max(h[k * size + k] as number, 1e-12));
    for (let j = k; j < size; j += 1) h[k * size + j] = (h[k * size + j] as number) / pivot;
    h[k * size + k] = pivot;
    for (let i = k + 1; i < size; i += 1) {
      const factor = h[k * size + i] as number;
      if (factor === 0) continue;
      for (let j = i; j < size; j += 1) {
        h[i * size + j] = (h[i * size + j] as number) - factor * (h[k * size + j] as number);
      }
    }
  }
  const x = gradient.slice();
  for (let i = 0; i < size; i += 1) {
    for (let k = 0; k < i; k += 1) x[i] = (x[i] as number) - (h[k * size + i] as number) * (x[k] as number);
    x[i] = (x[i] as number) / (h[i * size + i] as number);
  }
  for (let i = size - 1; i >= 0; i -= 1) {
    for (let j = i + 1; j < size; j += 1) x[i] = (x[i] as number) - (h[i * size + j] as number) * (x[j] as number);
    x[i] = (x[i] as number) / (h[i * size + i] as number);
  }
  return x;
}
