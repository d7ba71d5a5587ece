import type { Activation } from './activation.js';
import type { Tensors } from './model.js';
import type { ParameterSpec } from './parameter-spec.js';
import { tf } from './tensorflow.js';

/** The parameters of dense layers of the given widths, `name.0.kernel`, `name.0.bias`, ...; starts as Glorot and Bengio (2010). */
export function denseParameters(name: string, widths: readonly number[]): Record<string, ParameterSpec> {
  const specs: Record<string, ParameterSpec> = {};
  for (let i = 0; i + 1 < widths.length; i += 1) {
    const [fanIn, fanOut] = [widths[i] as number, widths[i + 1] as number];
    specs[`${name}.${i}.kernel`] = { shape: [fanIn, fanOut], limit: Math.sqrt(6 / (fanIn + fanOut)) };
    specs[`${name}.${i}.bias`] = { shape: [fanOut], limit: 0 };
  }
  return specs;
}

/** Applies the layers that `denseParameters` describes: x [rows, widths[0]] -> [rows, last width]; the last layer is linear. */
export function dense(parameters: Tensors, name: string, x: tf.Tensor2D, activation: Activation): tf.Tensor2D {
  return denseLayers(parameters, name, x, activation).at(-1) ?? x;
}

/** As `dense`, giving every layer before its activation. */
export function denseLayers(parameters: Tensors, name: string, x: tf.Tensor2D, activation: Activation): tf.Tensor2D[] {
  const layers: tf.Tensor2D[] = [];
  for (let i = 0; parameters[`${name}.${i}.kernel`] !== undefined; i += 1) {
    const kernel = parameters[`${name}.${i}.kernel`] as tf.Tensor2D;
    const bias = parameters[`${name}.${i}.bias`] as tf.Tensor1D;
    const last = layers.at(-1);
    layers.push(tf.add(tf.matMul(last === undefined ? x : activate(last, activation), kernel), bias));
  }
  return layers;
}

/** The activation as a function, element by element. */
export function activate<T extends tf.Tensor>(x: T, activation: Activation): T {
  switch (activation) {
    case 'relu':
      return tf.relu(x);
    case 'tanh':
      return tf.tanh(x);
    case 'sigmoid':
      return tf.sigmoid(x);
    case 'elu':
      return tf.elu(x);
    case 'softplus':
      return tf.softplus(x);
    case 'identity':
      return x;
    default:
      return activation satisfies never;
  }
}
