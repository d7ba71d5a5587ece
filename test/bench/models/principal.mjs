// @ts-check
// Principal components, to compare with: by Jacobi's method on the covariance matrix.

/**
 * Eigenvalues, falling, and eigenvectors of a symmetric matrix (Golub and Van Loan, "Matrix computations", section 8.5).
 * @param {number[][]} matrix
 * @returns {{ values: number[], vectors: number[][] }} each vector a row
 */
export function eigen(matrix) {
  const n = matrix.length;
  const a = matrix.map((row) => [...row]);
  const v = a.map((_, i) => a.map((_, j) => Number(i === j)));
  /** @type {(m: number[][], i: number, j: number) => number} */
  const at = (m, i, j) => /** @type {number[]} */ (m[i])[j] ?? 0;
  /** @type {(m: number[][], i: number, j: number, value: number) => void} */
  const put = (m, i, j, value) => {
    const row = m[i];
    if (row !== undefined) row[j] = value;
  };
  for (let sweep = 0; sweep < 60; sweep += 1) {
    let off = 0;
    for (let i = 0; i < n; i += 1) for (let j = 0; j < i; j += 1) off += at(a, i, j) ** 2;
    if (off < 1e-20) break;
    for (let p = 0; p < n; p += 1) {
      for (let q = p + 1; q < n; q += 1) {
        if (Math.abs(at(a, p, q)) < 1e-300) continue;
        const theta = (at(a, q, q) - at(a, p, p)) / (2 * at(a, p, q));
        const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        const c = 1 / Math.sqrt(t * t + 1);
        const s = t * c;
        for (let k = 0; k < n; k += 1) {
          const [x, y] = [at(a, k, p), at(a, k, q)];
          put(a, k, p, c * x - s * y);
          put(a, k, q, s * x + c * y);
        }
        for (let k = 0; k < n; k += 1) {
          const [x, y] = [at(a, p, k), at(a, q, k)];
          put(a, p, k, c * x - s * y);
          put(a, q, k, s * x + c * y);
          const [u, w] = [at(v, p, k), at(v, q, k)];
          put(v, p, k, c * u - s * w);
          put(v, q, k, s * u + c * w);
        }
      }
    }
  }
  const order = a.map((_, i) => i).sort((i, j) => at(a, j, j) - at(a, i, i));
  return { values: order.map((i) => at(a, i, i)), vectors: order.map((i) => /** @type {number[]} */ (v[i])) };
}

/**
 * Mean and covariance (divided by the rows) of rows of numbers.
 * @param {ArrayLike<number>} values row-major
 * @param {number} width
 */
export function covariance(values, width) {
  const rows = values.length / width;
  const mean = new Float64Array(width);
  for (let i = 0; i < values.length; i += 1) mean[i % width] = (mean[i % width] ?? 0) + (values[i] ?? 0) / rows;
  const sums = new Float64Array(width * width);
  for (let row = 0; row < rows; row += 1) {
    for (let i = 0; i < width; i += 1) {
      const x = (values[row * width + i] ?? 0) - (mean[i] ?? 0);
      for (let j = 0; j < width; j += 1) {
        const y = (values[row * width + j] ?? 0) - (mean[j] ?? 0);
        sums[i * width + j] = (sums[i * width + j] ?? 0) + (x * y) / rows;
      }
    }
  }
  const matrix = Array.from({ length: width }, (_, i) => [...sums.subarray(i * width, (i + 1) * width)]);
  return { mean, matrix };
}

/**
 * The largest principal angle, in degrees, between the spans of two sets of as many vectors (Björck and Golub 1973).
 * @param {number[][]} a
 * @param {number[][]} b
 */
export function largestAngle(a, b) {
  const [p, q] = [orthonormal(a), orthonormal(b)];
  const inner = p.map((x) => q.map((y) => dot(x, y)));
  const gram = inner.map((x) => inner.map((y) => dot(x, y)));
  const least = Math.min(...eigen(gram).values);
  return (Math.acos(Math.min(1, Math.sqrt(Math.max(0, least)))) * 180) / Math.PI;
}

/** @param {number[][]} vectors */
function orthonormal(vectors) {
  /** @type {number[][]} */
  const basis = [];
  for (const vector of vectors) {
    let rest = [...vector];
    for (let again = 0; again < 2; again += 1) {
      for (const unit of basis) {
        const along = dot(rest, unit);
        rest = rest.map((x, i) => x - along * (unit[i] ?? 0));
      }
    }
    const length = Math.sqrt(dot(rest, rest));
    basis.push(rest.map((x) => x / length));
  }
  return basis;
}

/** @param {number[]} x @param {number[]} y */
function dot(x, y) {
  return x.reduce((sum, value, i) => sum + value * (y[i] ?? 0), 0);
}
