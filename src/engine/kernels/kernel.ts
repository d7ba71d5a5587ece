import type { OnnxBuilder } from '../onnx-builder.js';
import type { TracedUse } from '../traced-graph.js';

/** Shape and type of an array. */
export interface ArrayType {
  readonly shape: readonly number[];
  readonly dtype: string;
}

/** A use of a traced value together with its type. */
export type KernelInput = TracedUse & ArrayType;

/**
 * How one TensorFlow.js kernel is understood: the types of its outputs, and the ONNX operators that compute it. In `emit`
 * a dimension of -1 is one that follows the number of rows.
 */
export interface Kernel<Attributes = never> {
  infer(inputs: readonly KernelInput[], attributes: Attributes): readonly ArrayType[];
  /** Returns the ONNX names of the outputs. */
  emit(
    onnx: OnnxBuilder,
    inputs: readonly TracedUse[],
    attributes: Attributes,
    outputs: readonly ArrayType[],
  ): readonly string[];
}

/** Ties the attributes' type to a kernel and hides it, so that kernels fit one table. */
export function kernel<Attributes>(definition: Kernel<Attributes>): Kernel {
  return definition as unknown as Kernel;
}

/** The input at a position; kernels are called with the inputs that TensorFlow.js documents for them. */
export function at<T>(inputs: readonly T[], index: number): T {
  const input = inputs[index];
  if (input === undefined) throw new RangeError(`Expected an input at position ${index}, got ${inputs.length} inputs`);
  return input;
}
