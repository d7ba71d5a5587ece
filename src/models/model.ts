import type { Tensor } from '@tensorflow/tfjs';
import type { ParameterSpec } from './parameter-spec.js';

/** Named tensors. */
export type Tensors = Readonly<Record<string, Tensor>>;

/** The shape and type of one array that enters a model's function. */
export interface InputSpec {
  /** For a row input the shape of one row (`[]` for a number a row); for a shared input the whole shape. */
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32';
  /** False for what all rows share, such as the weight of a loss term. Row inputs get a leading dimension. */
  readonly perRow: boolean;
}

/** A pure TensorFlow.js function of parameters and inputs: no randomness, no reading of values, no input or output. */
export interface Graph {
  readonly inputs: Readonly<Record<string, InputSpec>>;
  run(parameters: Tensors, inputs: Tensors): Tensors;
}

/**
 * What training minimises. `run` gives `loss`, a scalar, and any further metrics (scalars or vectors). With a row input
 * `weights` (1 / rows for a row, 0 for padding) everything it gives is a sum over rows of weight times the row's share,
 * so the results and gradients of parts of a batch add up to those of the batch.
 */
export type Objective = Graph;

/** A model: trainable parameters, an objective, and the graphs that a fitted model is used through. */
export interface Model {
  readonly parameters: Readonly<Record<string, ParameterSpec>>;
  readonly objective: Objective;
  /** Multiplications a row of the forward pass, where they are not about as many as there are parameters. */
  readonly multiplications?: number;
  /** Whether the objective needs a batch as a whole: its results for parts do not add up. Default false. */
  readonly wholeBatch?: boolean;
  /** By name, such as `encoder` and `decoder`; each becomes an ONNX file of its name with the parameters inside. */
  readonly graphs: Readonly<Record<string, Graph>>;
}
