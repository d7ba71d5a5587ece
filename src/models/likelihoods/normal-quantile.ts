import { tf } from '../tensorflow.js';

const CENTRE = [
  2.81022636e-8, 3.43273939e-7, -3.5233877e-6, -4.39150654e-6, 0.00021858087, -0.00125372503, -0.00417768164,
  0.246640727, 1.50140941,
];
const TAILS = [
  -0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613, 0.00943887047,
  1.00167406, 2.83297682,
];

/** The standard normal quantile of p in (0, 1), element by element, to float32 precision (Giles, "Approximating the erfinv function", 2012). */
export function normalQuantile<T extends tf.Tensor>(p: T): T {
  const x = tf.minimum(tf.maximum(tf.sub(tf.mul(p, 2), 1), -0.9999999), 0.9999999);
  const w = tf.neg(tf.log(tf.mul(tf.sub(1, x), tf.add(1, x))));
  const inTail = tf.cast(tf.greater(w, 5), 'float32');
  const centre = polynomial(CENTRE, tf.sub(tf.minimum(w, 5), 2.5));
  const tail = polynomial(TAILS, tf.sub(tf.sqrt(tf.maximum(w, 5)), 3));
  const factor = tf.add(centre, tf.mul(inTail, tf.sub(tail, centre)));
  return tf.mul(tf.mul(x, factor), Math.SQRT2) as T;
}

/** By Horner's rule, highest power first. */
function polynomial([highest = 0, next = 0, ...rest]: readonly number[], x: tf.Tensor): tf.Tensor {
  return rest.reduce<tf.Tensor>((sum, c) => tf.add(tf.mul(sum, x), c), tf.add(tf.mul(x, highest), next));
}
