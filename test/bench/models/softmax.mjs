// @ts-check
// Softmax regression by stochastic gradient descent: a classifier simple enough to judge data by.

/** @typedef {{ values: Float32Array, labels: ArrayLike<number>, width: number }} Labelled values row-major, labels 0 to 9 */

const CLASSES = 10;

/**
 * @param {Labelled} data
 * @param {{ epochs: number, seed: number, rate?: number, decay?: number, batch?: number }} options
 */
export function trainSoftmax({ values, labels, width }, { epochs, seed, rate = 0.1, decay = 1e-4, batch = 50 }) {
  const rows = labels.length;
  const weights = new Float32Array(CLASSES * (width + 1));
  const gradient = new Float32Array(weights.length);
  const order = Uint32Array.from({ length: rows }, (_, i) => i);
  const random = generator(seed);
  for (let epoch = 0; epoch < epochs; epoch += 1) {
    for (let i = rows - 1; i > 0; i -= 1) {
      const j = Math.floor(random() * (i + 1));
      [order[i], order[j]] = [order[j] ?? 0, order[i] ?? 0];
    }
    const step = rate * (1 - epoch / epochs);
    for (let from = 0; from < rows; from += batch) {
      gradient.fill(0);
      const taken = order.subarray(from, from + batch);
      for (const row of taken) {
        const p = probabilities(weights, values, row * width, width);
        for (let k = 0; k < CLASSES; k += 1) {
          const error = (p[k] ?? 0) - Number(labels[row] === k);
          const at = k * (width + 1);
          for (let i = 0; i < width; i += 1)
            gradient[at + i] = (gradient[at + i] ?? 0) + error * (values[row * width + i] ?? 0);
          gradient[at + width] = (gradient[at + width] ?? 0) + error;
        }
      }
      for (let i = 0; i < weights.length; i += 1) {
        weights[i] = (weights[i] ?? 0) * (1 - step * decay) - (step * (gradient[i] ?? 0)) / taken.length;
      }
    }
  }
  return {
    /** @param {Labelled} test */
    accuracy(test) {
      let right = 0;
      for (let row = 0; row < test.labels.length; row += 1) {
        const p = probabilities(weights, test.values, row * width, width);
        right += Number(p.indexOf(Math.max(...p)) === test.labels[row]);
      }
      return right / test.labels.length;
    },
  };
}

/** @param {Float32Array} weights @param {Float32Array} values @param {number} from @param {number} width */
function probabilities(weights, values, from, width) {
  const logits = Array.from({ length: CLASSES }, (_, k) => {
    const at = k * (width + 1);
    let sum = weights[at + width] ?? 0;
    for (let i = 0; i < width; i += 1)
      sum += /** @type {number} */ (weights[at + i]) * /** @type {number} */ (values[from + i]);
    return sum;
  });
  const most = Math.max(...logits);
  const exps = logits.map((logit) => Math.exp(logit - most));
  const total = exps.reduce((sum, value) => sum + value, 0);
  return exps.map((value) => value / total);
}

/** Numbers in [0, 1) (Mulberry32). @param {number} seed */
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
