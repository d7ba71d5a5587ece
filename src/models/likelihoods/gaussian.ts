import type { Span } from '../span.js';
import { tf } from '../tensorflow.js';
import type { Likelihood } from './likelihood.js';
import { normalQuantile } from './normal-quantile.js';

/** log(2 pi) */
const LOG_TWO_PI = Math.log(2 * Math.PI);
/** Least log-variance, a deviation of 0.003 of the column's: a column that can be told exactly has no likelihood above all bounds. */
const LEAST_LOG_VAR = -11.5;

/**
 * Real values with the network's output as mean and a variance that is learned, one for each of the span's numbers:
 * -log N(x; mu, exp(logVar)). In a nullable span the first number tells whether there is a value (1) or none (0); its
 * logit leads the outputs, and what is absent is not judged. The numbers of an image (a span with a shape) are drawn as
 * their means.
 */
export const gaussian: Likelihood = {
  inputWidth: (span) => span.width + presence(span),
  outputWidth: (span) => span.width + presence(span),
  parameter: ({ width }) => ({ shape: [width], limit: 0 }),
  toInputs: (values) => values,
  negativeLog(outputs, values, span, parameter) {
    const logVar = tf.maximum(parameter as tf.Tensor, LEAST_LOG_VAR);
    const scaled = (mu: tf.Tensor2D, x: tf.Tensor2D) =>
      tf.mul(tf.add(tf.add(tf.mul(tf.squaredDifference(x, mu), tf.exp(tf.neg(logVar))), logVar), LOG_TWO_PI), 0.5);
    return judge(outputs, values, span, scaled);
  },
  distance: (outputs, values, span) => judge(outputs, values, span, (mu, x) => tf.squaredDifference(x, mu)),
  draw(outputs, uniforms, span, parameter) {
    const [logit, mu] = parts(outputs, span);
    const [chance, place] = parts(uniforms, span);
    const deviation = tf.exp(tf.mul(tf.maximum(parameter as tf.Tensor, LEAST_LOG_VAR), 0.5));
    const drawn = span.shape === undefined ? tf.add(mu, tf.mul(deviation, normalQuantile(place))) : mu;
    if (logit === undefined || chance === undefined) return drawn as tf.Tensor2D;
    return tf.concat([tf.cast(tf.less(chance, tf.sigmoid(logit)), 'float32'), drawn as tf.Tensor2D], 1);
  },
  best(outputs, span) {
    const [logit, mu] = parts(outputs, span);
    return logit === undefined ? mu : tf.concat([tf.sigmoid(logit), mu], 1);
  },
};

function presence(span: Span): number {
  return span.nullable === true ? 1 : 0;
}

/** The presence, if the span has one, and the values themselves. */
function parts(x: tf.Tensor2D, span: Span): [tf.Tensor2D | undefined, tf.Tensor2D] {
  if (presence(span) === 0) return [undefined, x];
  const [present, values] = tf.split(x, [1, span.width], 1);
  return [present as tf.Tensor2D, values as tf.Tensor2D];
}

function judge(
  outputs: tf.Tensor2D,
  values: tf.Tensor2D,
  span: Span,
  loss: (mu: tf.Tensor2D, x: tf.Tensor2D) => tf.Tensor,
): tf.Tensor1D {
  const [logit, mu] = parts(outputs, span);
  const [present, x] = parts(values, span);
  if (logit === undefined || present === undefined) return tf.sum(loss(mu, x), 1);
  const ofPresence = tf.sub(tf.softplus(logit), tf.mul(present, logit));
  return tf.sum(tf.concat([ofPresence, tf.mul(present, loss(mu, x)) as tf.Tensor2D], 1), 1);
}
