// @ts-check
import * as tf from '@tensorflow/tfjs';

/**
 * @typedef {{ shape: number[], low?: number, high?: number }} Operand
 * @typedef {{ operands: Operand[], run: (...x: any[]) => tf.Tensor }} Probe
 */

/** @type {(shape: number[], low?: number, high?: number) => Operand} */
const of = (shape, low = -1, high = 1) => ({ shape, low, high });
/** @type {(run: Probe['run'], ...operands: Operand[]) => Probe} */
const probe = (run, ...operands) => ({ run, operands: operands.length > 0 ? operands : [of([3, 4])] });
/** Where kinks are, values keep off. */
const positive = of([3, 4], 0.2, 2);
/**
 * TensorFlow.js has no gradients for comparisons and whole numbers: such a function counts as flat.
 * @type {(run: (...x: any[]) => tf.Tensor, ...x: tf.Tensor[]) => tf.Tensor}
 */
const flat = (run, ...x) =>
  tf.customGrad((...given) => ({
    value: run(...given.slice(0, x.length)),
    gradFunc: () => x.map((one) => tf.zerosLike(one)),
  }))(...x);
const ids = () => tf.tensor1d([2, 0, 2, 1], 'int32');

/**
 * Small functions whose calls and gradients together use every kernel that the compiled engine translates.
 * @type {Record<string, Probe>}
 */
export const probes = {
  add: probe((a, b) => tf.add(a, b), of([3, 4]), of([4])),
  addColumn: probe((a, b) => tf.add(a, b), of([3, 4]), of([3, 1])),
  sub: probe((a, b) => tf.sub(a, b), of([3, 1]), of([1, 4])),
  mul: probe((a, b) => tf.mul(a, b), of([3, 4]), of([])),
  div: probe((a, b) => tf.div(a, b), of([3, 4]), positive),
  maximum: probe((a, b) => tf.maximum(a, b), of([3, 4]), of([3, 4])),
  minimum: probe((a, b) => tf.minimum(a, b), of([3, 4]), of([3, 4])),
  maximumOfRow: probe((a) => tf.maximum(a, tf.tensor1d([-0.5, 0, 0.1, 0.5]))),
  pow: probe((a, b) => tf.pow(a, b), positive, of([3, 4], -2, 2)),
  prod: probe((a) => flat((x) => tf.prod(x, 1), a), positive),
  argMax: probe((a) => flat((x) => tf.cast(tf.argMax(x, 1), 'float32'), a), of([3, 4])),
  conv2d: probe((x, w) => tf.conv2d(x, w, 1, 'same'), of([2, 5, 4, 3]), of([3, 3, 3, 2])),
  conv2dStrided: probe((x, w) => tf.conv2d(x, w, 2, 'same'), of([2, 6, 5, 2]), of([3, 3, 2, 4])),
  conv2dValid: probe((x, w) => tf.conv2d(x, w, [2, 3], 'valid'), of([2, 6, 8, 2]), of([3, 2, 2, 3])),
  conv2dOfOne: probe((x, w) => tf.conv2d(x, w, 1, 'valid'), of([2, 3, 3, 4]), of([1, 1, 4, 2])),
  conv2dTranspose: probe(
    (x, w) => tf.conv2dTranspose(x, w, [2, 6, 8, 2], 2, 'same'),
    of([2, 3, 4, 3]),
    of([3, 3, 2, 3]),
  ),
  conv2dTransposeValid: probe(
    (x, w) => tf.conv2dTranspose(x, w, [2, 6, 7, 2], 2, 'valid'),
    of([2, 2, 3, 3]),
    of([3, 3, 2, 3]),
  ),
  fusedMatMul: probe(
    (a, b, bias) => tf.fused.matMul({ a, b, bias, activation: 'linear' }),
    of([3, 4]),
    of([4, 2]),
    of([2]),
  ),
  fusedMatMulAlone: probe((a, b) => tf.fused.matMul({ a, b }), of([3, 4]), of([4, 2])),
  fusedConv2d: probe(
    (x, filter, bias) => tf.fused.conv2d({ x, filter, bias, strides: 1, pad: 'same', activation: 'linear' }),
    of([2, 4, 4, 2]),
    of([3, 3, 2, 3]),
    of([3]),
  ),
  powScalar: probe((a) => tf.pow(a, 3), of([3, 4])),
  squaredDifference: probe((a, b) => tf.squaredDifference(a, b), of([3, 4]), of([3, 4])),
  greater: probe(
    (a, b) =>
      tf.mul(
        a,
        flat((x, y) => tf.cast(tf.greater(x, y), 'float32'), a, b),
      ),
    of([3, 4]),
    of([3, 4]),
  ),
  greaterEqual: probe((a) =>
    tf.mul(
      a,
      flat((x) => tf.cast(tf.greaterEqual(x, 0.1), 'float32'), a),
    ),
  ),
  less: probe(
    (a, b) =>
      tf.mul(
        a,
        flat((x, y) => tf.cast(tf.less(x, y), 'float32'), a, b),
      ),
    of([3, 4]),
    of([4]),
  ),
  lessEqual: probe((a) =>
    tf.mul(
      a,
      flat((x) => tf.cast(tf.lessEqual(x, 0.1), 'float32'), a),
    ),
  ),
  equal: probe((a) =>
    tf.mul(
      a,
      flat((x) => tf.cast(tf.equal(tf.sign(x), 1), 'float32'), a),
    ),
  ),
  notEqual: probe((a) =>
    tf.mul(
      a,
      flat((x) => tf.cast(tf.notEqual(tf.sign(x), 1), 'float32'), a),
    ),
  ),
  logical: probe((a) => {
    const chosen = flat((x) => {
      const inside = tf.logicalAnd(tf.greater(x, -0.5), tf.less(x, 0.5));
      return tf.cast(tf.logicalOr(inside, tf.logicalNot(tf.less(x, 0.8))), 'float32');
    }, a);
    return tf.mul(a, chosen);
  }),
  addN: probe((a, b, c) => tf.addN([a, b, tf.mul(a, c)]), of([3, 4]), of([3, 4]), of([3, 4])),
  where: probe(
    (a, b) =>
      tf.where(
        flat((x, y) => tf.greater(x, y), a, b),
        tf.square(a),
        b,
      ),
    of([3, 4]),
    of([3, 4]),
  ),
  whereColumn: probe(
    (a, b) =>
      tf.where(
        flat((x) => tf.greater(tf.sum(x, 1, true), 0), a),
        a,
        b,
      ),
    of([3, 4]),
    of([3, 4]),
  ),
  exp: probe((a) => tf.exp(a)),
  log: probe((a) => tf.log(a), positive),
  log1p: probe((a) => tf.log1p(a), of([3, 4], -0.5, 2)),
  log1pOfLittle: probe((a) => tf.mul(tf.log1p(tf.mul(a, 1e-6)), 1e6), positive),
  expm1: probe((a) => tf.expm1(a), of([3, 4], -4, 4)),
  expm1OfLittle: probe((a) => tf.mul(tf.expm1(tf.mul(a, 1e-6)), 1e6), positive),
  neg: probe((a) => tf.neg(a)),
  abs: probe((a) => tf.abs(a)),
  sign: probe((a) => tf.mul(a, tf.sign(a))),
  floor: probe((a) => tf.mul(a, tf.floor(tf.mul(a, 3)))),
  sqrt: probe((a) => tf.sqrt(a), positive),
  rsqrt: probe((a) => tf.rsqrt(a), positive),
  reciprocal: probe((a) => tf.reciprocal(a), positive),
  square: probe((a) => tf.square(a)),
  sin: probe((a) => tf.sin(a)),
  cos: probe((a) => tf.cos(a)),
  erf: probe((a) => tf.erf(a)),
  sigmoid: probe((a) => tf.sigmoid(a), of([3, 4], -4, 4)),
  tanh: probe((a) => tf.tanh(a)),
  softplus: probe((a) => tf.softplus(a), of([3, 4], -4, 4)),
  softplusFar: probe((a) => tf.softplus(a), of([3, 4], -100, 100)),
  softplusOfLittle: probe((a) => tf.mul(tf.softplus(tf.sub(a, 6)), 100), positive),
  relu: probe((a) => tf.relu(a)),
  relu6: probe((a) => tf.relu6(a), of([3, 4], -9, 9)),
  elu: probe((a) => tf.elu(a)),
  leakyRelu: probe((a) => tf.leakyRelu(a, 0.3)),
  step: probe((a) => tf.mul(a, tf.step(a, 0.25))),
  clip: probe((a) => tf.clipByValue(a, -0.4, 0.6)),
  cast: probe((a) => tf.mul(a, tf.cast(tf.cast(tf.mul(a, 5), 'int32'), 'float32'))),
  castBool: probe((a) =>
    tf.mul(
      a,
      flat((x) => tf.cast(tf.cast(tf.cast(tf.relu(x), 'bool'), 'int32'), 'float32'), a),
    ),
  ),
  int32: probe((a) => {
    const counted = flat((x) => {
      const n = tf.maximum(tf.cast(tf.mul(x, 5), 'int32'), tf.scalar(1, 'int32'));
      return tf.cast(tf.minimum(tf.sum(n, 1, true), tf.scalar(7, 'int32')), 'float32');
    }, a);
    return tf.mul(a, counted);
  }),
  meanOfInt32: probe((a) =>
    tf.mul(
      a,
      flat((x) => tf.mean(tf.cast(tf.mul(x, 5), 'int32'), 1, true), a),
    ),
  ),
  sumOfBool: probe((a) =>
    tf.mul(
      a,
      flat((x) => tf.cast(tf.sum(tf.greater(x, 0), 1, true), 'float32'), a),
    ),
  ),

  matMul: probe((a, b) => tf.matMul(a, b), of([3, 4]), of([4, 2])),
  matMulTransposed: probe((a, b) => tf.matMul(a, b, true, true), of([4, 3]), of([2, 4])),
  matMulLeft: probe((a, b) => tf.matMul(a, b, true, false), of([4, 3]), of([4, 2])),
  matMulBias: probe((a, b, c) => tf.add(tf.matMul(a, b), c), of([3, 4]), of([4, 2]), of([2])),
  matMulBiasLeft: probe((a, b, c) => tf.add(c, tf.matMul(a, b)), of([3, 4]), of([4, 2]), of([3, 2])),
  matMulTwice: probe((a, b) => tf.add(tf.matMul(a, b), tf.matMul(a, tf.square(b))), of([3, 4]), of([4, 2])),
  matMulGrowing: probe((a, b, c) => tf.add(tf.matMul(a, b), c), of([1, 4]), of([4, 2]), of([3, 2])),
  batchMatMul: probe((a, b) => tf.matMul(a, b), of([2, 3, 4]), of([2, 4, 5])),
  batchMatMulTransposed: probe((a, b) => tf.matMul(a, b, true, true), of([2, 4, 3]), of([2, 5, 4])),
  batchMatMulShared: probe((a) => tf.matMul(a, tf.reshape(tf.range(0, 20), [1, 4, 5])), of([2, 3, 4])),
  dot: probe((a, b) => tf.dot(a, b), of([4]), of([4, 2])),
  sum: probe((a) => tf.square(tf.sum(a))),
  sumRows: probe((a) => tf.square(tf.sum(a, 0))),
  sumRowsKept: probe((a) => tf.square(tf.sum(a, 0, true))),
  sumMiddle: probe((a) => tf.square(tf.sum(a, [1])), of([2, 3, 4])),
  sumOuterKept: probe((a) => tf.square(tf.sum(a, [0, 2], true)), of([2, 3, 4])),
  sumNone: probe((a) => tf.square(tf.sum(a, []))),
  mean: probe((a) => tf.square(tf.mean(a, 1))),
  meanAll: probe((a) => tf.square(tf.mean(a))),
  meanLast: probe((a) => tf.square(tf.mean(a, -1, true)), of([2, 3, 4])),
  max: probe((a) => tf.max(a, 1)),
  maxSeveral: probe((a) => tf.max(a, [0, 2]), of([2, 3, 4])),
  maxKept: probe((a) => tf.sub(a, tf.max(a, 1, true))),
  min: probe((a) => tf.min(a, 0)),
  minAll: probe((a) => tf.min(a)),
  logSumExp: probe((a) => tf.logSumExp(a, 1)),
  softmax: probe((a) => tf.softmax(a)),
  softmaxOfThree: probe((a) => tf.softmax(a), of([2, 3, 4])),
  logSoftmax: probe((a) => tf.logSoftmax(a)),
  cumsum: probe((a) => tf.cumsum(a, 1)),
  cumsumExclusive: probe((a) => tf.cumsum(a, 1, true)),
  cumsumReverse: probe((a) => tf.cumsum(a, 2, true, true), of([2, 3, 4])),

  concat: probe((a, b) => tf.concat([a, tf.square(b), a], 0), of([3, 4]), of([2, 4])),
  concatLast: probe((a, b) => tf.concat([a, b], -1), of([3, 4]), of([3, 2])),
  concatOne: probe((a) => tf.concat([tf.square(a)], 0)),
  split: probe((a) => {
    const [x, y] = tf.split(a, 2, 1);
    return tf.mul(/** @type {tf.Tensor} */ (x), tf.exp(/** @type {tf.Tensor} */ (y)));
  }),
  splitSizes: probe((a) => {
    const [x, , z] = tf.split(a, [1, 2, 1], -1);
    return tf.mul(/** @type {tf.Tensor} */ (x), tf.exp(/** @type {tf.Tensor} */ (z)));
  }),
  slice: probe((a) => tf.square(tf.slice(a, [1, 0], [2, 3]))),
  sliceToEnd: probe((a) => tf.square(tf.slice(a, [0, 1, 2], [-1, 2, -1])), of([2, 3, 4])),
  sliceAll: probe((a) => tf.square(tf.slice(a, 0, 3))),
  pad: probe((a) =>
    tf.exp(
      tf.pad(
        a,
        [
          [1, 0],
          [2, 1],
        ],
        0.5,
      ),
    ),
  ),
  gather: probe((a) => tf.square(tf.gather(a, ids()))),
  gatherColumns: probe((a) => tf.square(tf.gather(a, ids(), 1))),
  gatherMany: probe(
    (a) =>
      tf.square(
        tf.gather(
          a,
          tf.tensor2d(
            [
              [2, 0],
              [1, 2],
            ],
            [2, 2],
            'int32',
          ),
        ),
      ),
    of([3, 2]),
  ),
  gatherVector: probe((a) => tf.square(tf.gather(a, ids())), of([3])),
  segmentSum: probe((a) => tf.square(tf.unsortedSegmentSum(a, ids(), 3)), of([4, 2])),
  transpose: probe((a) => tf.mul(tf.transpose(a), tf.range(0, 3))),
  transposeThree: probe((a) => tf.square(tf.transpose(a, [2, 0, 1])), of([2, 3, 4])),
  tile: probe((a) => tf.square(tf.tile(a, [2, 3]))),
  broadcastTo: probe((a) => tf.square(tf.broadcastTo(a, [3, 4])), of([3, 1])),
  stack: probe((a, b) => tf.square(tf.stack([a, tf.exp(b)], 0)), of([3, 4]), of([3, 4])),
  stackLast: probe((a, b) => tf.square(tf.stack([a, b], -1)), of([3, 4]), of([3, 4])),
  unstack: probe((a) => {
    const [x, , z] = tf.unstack(a);
    return tf.mul(/** @type {tf.Tensor} */ (x), tf.exp(/** @type {tf.Tensor} */ (z)));
  }),
  unstackColumns: probe((a) => {
    const [x, y] = tf.unstack(a, -1);
    return tf.mul(/** @type {tf.Tensor} */ (x), /** @type {tf.Tensor} */ (y));
  }),
  reshape: probe((a) => tf.matMul(tf.reshape(a, [2, -1]), tf.reshape(tf.exp(a), [6, 2]))),
  squeeze: probe((a) => tf.mul(tf.squeeze(a), tf.expandDims(tf.squeeze(tf.exp(a)), 0)), of([1, 3, 1])),
};

/** @param {string} name @param {number} i */
const operandName = (name, i) => `${name}.${i}`;

/**
 * All probes as one model: an operand is a parameter, a probe's result times fixed numbers is a metric, and the loss is
 * the sum of the metrics. The input `choice` [rows] takes part through oneHot and gather.
 * @returns {import('../../src/models/model.js').Model}
 */
export function probeModel() {
  const operands = Object.entries(probes).flatMap(([name, { operands }]) =>
    operands.map((operand, i) => /** @type {const} */ ([operandName(name, i), operand])),
  );
  return {
    parameters: {
      ...Object.fromEntries(operands.map(([name, { shape }]) => [name, { shape, limit: 1 }])),
      chosen: { shape: [3, 2], limit: 1 },
    },
    objective: {
      inputs: {
        choice: { shape: [], dtype: 'int32', perRow: true },
        scale: { shape: [2], dtype: 'float32', perRow: false },
      },
      run: (p, { choice, scale }) => {
        const metrics = Object.fromEntries(
          Object.entries(probes).map(([name, { run, operands }]) => {
            const result = run(...operands.map((_, i) => p[operandName(name, i)]));
            const weights = tf.tensor(
              Float32Array.from({ length: result.size }, (_, i) => Math.sin(1 + i)),
              result.shape,
            );
            return [name, tf.sum(tf.mul(result, weights))];
          }),
        );
        const rows = /** @type {tf.Tensor1D} */ (choice);
        const table = /** @type {tf.Tensor2D} */ (p.chosen);
        const looked = tf.sum(tf.square(tf.gather(table, rows)), 0);
        const hot = /** @type {tf.Tensor2D} */ (tf.oneHot(rows, 3, 2, -1, 'float32'));
        const both = tf.mul(tf.add(looked, tf.sum(tf.exp(tf.matMul(hot, table)), 0)), /** @type {tf.Tensor} */ (scale));
        return { loss: tf.add(tf.addN(Object.values(metrics)), tf.sum(both)), both, ...metrics };
      },
    },
    graphs: {},
  };
}

/**
 * Values for all operands, flat: irrational steps through each operand's range, so that no two are alike.
 * @returns {Float32Array}
 */
export function probeWeights() {
  const all = [...Object.values(probes).flatMap(({ operands }) => operands), of([3, 2])];
  let n = 0;
  return Float32Array.from(
    all.flatMap(({ shape, low = -1, high = 1 }) => {
      const size = shape.reduce((product, dim) => product * dim, 1);
      return Array.from({ length: size }, () => low + (high - low) * ((++n * 0.6180339887498949) % 1));
    }),
  );
}
