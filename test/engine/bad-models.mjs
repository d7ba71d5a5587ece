// @ts-check
import * as tf from '@tensorflow/tfjs';

/**
 * A model of one parameter and one input, whose loss is what `run` makes of their product.
 * @param {(x: tf.Tensor) => tf.Tensor} run
 * @returns {import('../../src/models/model.js').Model}
 */
function modelOf(run) {
  return {
    parameters: { a: { shape: [1], limit: 1 } },
    objective: {
      inputs: { x: { shape: [], dtype: 'float32', perRow: true } },
      run: ({ a }, { x }) => ({
        loss: tf.sum(run(tf.mul(/** @type {tf.Tensor} */ (a), /** @type {tf.Tensor} */ (x)))),
      }),
    },
    graphs: {},
  };
}

/** Uses a kernel that the compiled engine has no translation for. */
export const unmapped = () => modelOf((x) => tf.atan(x));

/** Has a graph that the compiled engine has no translation for, beside an objective that it has. */
export const unmappedGraph = () => ({
  ...modelOf((x) => x),
  graphs: {
    angles: {
      inputs: { x: { shape: [], dtype: 'float32', perRow: true } },
      run: (/** @type {tf.Tensor[]} */ _, /** @type {{ x: tf.Tensor }} */ { x }) => ({ angles: tf.atan(x) }),
    },
  },
});

/** Asks for the value of what it computes. */
export const reading = () => modelOf((x) => tf.mul(x, x.dataSync()[0] ?? 0));

export const throwing = () =>
  modelOf(() => {
    throw new Error('the model is out of order');
  });

/** Takes a tensor that was made before it was called. */
export const outside = () => {
  const three = tf.scalar(3);
  return modelOf((x) => tf.mul(x, three));
};

/** Is never built. */
export const endless = () => {
  for (;;);
};

/** Ends the thread that builds it. */
export const deadly = () => process.exit(7);

/**
 * Looks rows up by an index that nothing checks until it runs, in a table large enough for two shards.
 * @returns {import('../../src/models/model.js').Model}
 */
export function lookup() {
  return {
    parameters: { table: { shape: [1000, 100], limit: 1 } },
    objective: {
      inputs: {
        at: { shape: [], dtype: 'int32', perRow: true },
        weights: { shape: [], dtype: 'float32', perRow: true },
      },
      run: ({ table }, { at, weights }) => {
        const rows = tf.gather(/** @type {tf.Tensor2D} */ (table), /** @type {tf.Tensor1D} */ (at));
        return { loss: tf.sum(tf.mul(tf.sum(tf.square(rows), 1), /** @type {tf.Tensor} */ (weights))) };
      },
    },
    graphs: {
      rows: {
        inputs: { at: { shape: [], dtype: 'int32', perRow: true } },
        run: ({ table }, { at }) => ({
          rows: tf.gather(/** @type {tf.Tensor2D} */ (table), /** @type {tf.Tensor1D} */ (at)),
        }),
      },
    },
  };
}

/**
 * Looks numbers up for what it reports alone, by an index that nothing checks until then.
 * @returns {import('../../src/models/model.js').Model}
 */
export function reportedLookup() {
  return {
    parameters: { a: { shape: [1], limit: 1 } },
    objective: {
      inputs: {
        x: { shape: [], dtype: 'float32', perRow: true },
        at: { shape: [], dtype: 'int32', perRow: true },
      },
      run: ({ a }, { x, at }) => {
        const products = /** @type {tf.Tensor1D} */ (
          tf.mul(/** @type {tf.Tensor} */ (a), /** @type {tf.Tensor} */ (x))
        );
        return { loss: tf.sum(products), taken: tf.gather(products, /** @type {tf.Tensor1D} */ (at)) };
      },
    },
    graphs: {},
  };
}

/**
 * Reports a number that is made of its parameter alone.
 * @returns {import('../../src/models/model.js').Model}
 */
export function weightReported() {
  return {
    parameters: { a: { shape: [4], limit: 1 } },
    objective: {
      inputs: { x: { shape: [4], dtype: 'float32', perRow: true } },
      run: ({ a }, { x }) => ({
        loss: tf.sum(tf.mul(/** @type {tf.Tensor} */ (a), /** @type {tf.Tensor} */ (x))),
        size: tf.sum(tf.square(/** @type {tf.Tensor} */ (a))),
      }),
    },
    graphs: {},
  };
}

/**
 * Adds up the numbers of each row of its input just as it is given them.
 * @param {{ width: number }} config
 * @returns {import('../../src/models/model.js').Model}
 */
export function rowSums({ width }) {
  return {
    parameters: { a: { shape: [1], limit: 1 } },
    objective: {
      inputs: { x: { shape: [width], dtype: 'float32', perRow: true } },
      run: ({ a }, { x }) => {
        const sums = tf.sum(/** @type {tf.Tensor} */ (x), 1);
        return { loss: tf.sum(tf.mul(/** @type {tf.Tensor} */ (a), sums)), sums };
      },
    },
    graphs: {},
  };
}

/**
 * Has a graph that takes a tenth of a second or more for each chunk of rows.
 * @returns {import('../../src/models/model.js').Model}
 */
export function slow() {
  const width = 1000;
  return {
    parameters: { weights: { shape: [width, width], limit: 0.01 } },
    objective: {
      inputs: { x: { shape: [], dtype: 'float32', perRow: true } },
      run: ({ weights }, { x }) => ({
        loss: tf.mul(tf.sum(/** @type {tf.Tensor} */ (weights)), tf.sum(/** @type {tf.Tensor} */ (x))),
      }),
    },
    graphs: {
      slow: {
        inputs: { x: { shape: [width], dtype: 'float32', perRow: true } },
        run: ({ weights }, { x }) => {
          let y = /** @type {tf.Tensor2D} */ (x);
          for (let layer = 0; layer < 12; layer += 1) y = tf.matMul(y, /** @type {tf.Tensor2D} */ (weights));
          return { y: tf.sum(y, 1) };
        },
      },
    },
  };
}
