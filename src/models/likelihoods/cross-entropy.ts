import { tf } from '../tensorflow.js';

/** exp(-87): the least probability that float32 can hold as a normal number, and so the least that counts. */
const LEAST = 1.6e-38;

/**
 * -log p(codes) of several categorical columns, in nats (87 a column at most): for each column logits [rows, width] and
 * oneHot [rows, width] -> [rows]. The gradient is given in closed form, softmax(logits) - oneHot, which saves the passes
 * of a derived one.
 */
export function categoricalCrossEntropy(logits: readonly tf.Tensor2D[], oneHots: readonly tf.Tensor2D[]): tf.Tensor1D {
  const columns = logits.length;
  const evaluate = tf.customGrad((...inputs) => {
    const save = inputs.pop() as unknown as tf.GradSaveFunc;
    const hots = inputs.slice(columns) as tf.Tensor[];
    const probabilities = (inputs.slice(0, columns) as tf.Tensor[]).map((x) => tf.softmax(x));
    save([...probabilities, ...hots]);
    const ofCodes = probabilities.map((p, j) => tf.sum(tf.mul(p, hots[j] as tf.Tensor), 1, true));
    return {
      value: tf.neg(tf.sum(tf.log(tf.maximum(tf.concat(ofCodes, 1), LEAST)), 1)),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const scale = tf.expandDims(dy, 1);
        const wanted = saved.slice(columns);
        const ofLogits = wanted.map((hot, j) => tf.mul(tf.sub(saved[j] as tf.Tensor, hot), scale));
        return [...ofLogits, ...wanted.map((hot) => tf.zerosLike(hot))];
      },
    };
  });
  return evaluate(...logits, ...oneHots) as tf.Tensor1D;
}
