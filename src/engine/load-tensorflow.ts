import util from 'node:util';
import type { data, Tensor2D } from '@tensorflow/tfjs';
import { messageOf } from '../message-of.js';

/** The module TensorFlow.js, which takes 0.15 s to load and so is loaded when it is needed. */
export type Tensorflow = typeof import('@tensorflow/tfjs');

/** A mini-batch of its `fitDataset`. An alias, as it takes no interface for a container of tensors. */
export type LabelledTensors = { readonly xs: Tensor2D; readonly ys: Tensor2D };

/** A dataset of mini-batches. */
export type LabelledTensorsDataset = data.Dataset<LabelledTensors>;

/** TensorFlow.js, ready to compute. */
export interface LoadedTensorflow {
  readonly tf: Tensorflow;
  /** The backend it computes on: `tensorflow` (@tensorflow/tfjs-node), `cpu`, or another that was active before. */
  readonly backend: string;
  /** Why @tensorflow/tfjs-node is not the one, where it is not: it is not installed, or its library does not load. */
  readonly reason?: string;
}

/** An optional dependency: a name, not a literal, so that the build does not ask for it. */
const NATIVE: string = '@tensorflow/tfjs-node';

/**
 * Loads TensorFlow.js with its native backend where that is installed and loads, else with the backend that is active,
 * which without a choice of the caller's is `cpu`. Prints nothing.
 */
export async function loadTensorflow(): Promise<LoadedTensorflow> {
  const { tf } = await import('../models/tensorflow.js');
  // tfjs-node 4.22 calls a function that Node 23 removed. It stays: tfjs-node calls it with every computation.
  if (!('isNullOrUndefined' in util)) {
    Object.assign(util, { isNullOrUndefined: (value: unknown) => value === null || value === undefined });
  }
  try {
    await import(NATIVE);
    return { tf, backend: tf.getBackend() };
  } catch (cause) {
    await tf.ready();
    withoutBanner(tf, () => tf.scalar(0).dispose());
    const [reason = ''] = messageOf(cause).split('\n');
    return { tf, backend: tf.getBackend(), reason };
  }
}

/** The first array of the `cpu` backend prints an advertisement, unless in production. */
function withoutBanner(tf: Tensorflow, firstUse: () => void): void {
  const production = tf.env().getBool('PROD');
  tf.env().set('PROD', true);
  try {
    firstUse();
  } finally {
    tf.env().set('PROD', production);
  }
}
