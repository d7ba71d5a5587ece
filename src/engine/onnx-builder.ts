import { EngineError } from '../errors.js';
import { sizeOf } from '../models/shape.js';
import type { TracedUse, TracedValue } from './traced-graph.js';

/** The number type of an array. */
export type NumberType = 'float32' | 'int32' | 'int64' | 'bool';

/** One ONNX operator call. */
export interface OnnxNode {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, number | string | readonly number[]>>;
}

/** A constant array of an ONNX graph, its elements as numbers. */
export interface OnnxConstant {
  readonly name: string;
  readonly dtype: NumberType;
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
}

/** Collects operator calls. The same call on the same inputs is made once. */
export interface OnnxBuilder {
  /** The name of a traced value in the shape of a use (or another shape of as many elements, -1 for one unknown). */
  use(use: TracedUse, shape?: readonly number[]): string;
  /** As `use`, for an operand of a broadcasting operator: a constant of one repeated number becomes a scalar. */
  operand(use: TracedUse, other: TracedUse, result: readonly number[]): string;
  op(operator: string, inputs: readonly string[], attributes?: OnnxNode['attributes']): string;
  ops(
    operator: string,
    inputs: readonly string[],
    attributes: OnnxNode['attributes'],
    outputs: number,
  ): readonly string[];
  /** What such a call, without attributes, gave if it was made before. */
  made(operator: string, inputs: readonly string[]): string | undefined;
  reshape(name: string, from: readonly number[], to: readonly number[]): string;
  /** An array of a shape as it was before it was reshaped, if it was. */
  unshaped(name: string, shape: readonly number[]): { readonly name: string; readonly shape: readonly number[] };
  cast(name: string, from: string, to: string): string;
  scalar(value: number, dtype?: string): string;
  vector(values: readonly number[], dtype?: NumberType): string;
  /** Rows that are 1 at their code and 0 elsewhere: int32 `codes` of a shape -> [...shape, width] of `dtype`. */
  oneHot(codes: string, shape: readonly number[], width: number, dtype: string): string;
  /** The codes of a matrix that `oneHot` made, [rows]; undefined for any other. */
  codesOf(name: string): string | undefined;
  /** A matrix of ones. */
  ones(shape: readonly number[]): string;
  isScalar(name: string, value: number): boolean;
  /** Says which ONNX name holds a traced value. */
  bind(value: TracedValue, name: string): void;
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxConstant[];
}

/** The codes of TensorProto.DataType. */
export const onnxTypes: Readonly<Record<NumberType, number>> = { float32: 1, int32: 6, int64: 7, bool: 9 };

/** An empty builder. */
export function createOnnxBuilder(): OnnxBuilder {
  const nodes: OnnxNode[] = [];
  const constants = new Map<string, OnnxConstant>();
  const names = new Map<number, string>();
  const made = new Map<string, readonly string[]>();
  const codesOfHots = new Map<string, string>();
  /** What was reshaped, so that going back to it, or on, takes no second call. */
  const reshaped = new Map<string, { readonly name: string; readonly shape: readonly number[] }>();
  let next = 0;

  const builder: OnnxBuilder = {
    use(use, shape = use.shape) {
      const { value } = use;
      const name = names.get(value.id) ?? constantOf(value);
      return builder.reshape(name, value.shape, shape);
    },
    operand(use, other, result) {
      const { constant, dtype } = use.value;
      const first = constant?.[0];
      if (constant !== undefined && first !== undefined && sameShape(other.shape, result)) {
        if (constant.every((value) => value === first)) return builder.scalar(first, dtype);
      }
      return builder.use(use);
    },
    op(operator, inputs, attributes = {}) {
      return builder.ops(operator, inputs, attributes, 1)[0] as string;
    },
    ops(operator, inputs, attributes, count) {
      const key = keyOf(operator, inputs, attributes);
      const known = made.get(key);
      if (known !== undefined) return known;
      const outputs = Array.from({ length: count }, () => `t${next++}`);
      nodes.push({ operator, inputs, outputs, attributes });
      made.set(key, outputs);
      return outputs;
    },
    made: (operator, inputs) => made.get(keyOf(operator, inputs, {}))?.[0],
    reshape(name, from, to) {
      if (sameShape(from, to)) return name;
      const origin = reshaped.get(name);
      if (origin !== undefined) return builder.reshape(origin.name, origin.shape, to);
      const free = to.filter((dim) => dim === -1).length;
      if (free > 1) throw new EngineError(`Expected one dimension at most to follow the rows, got [${to.join(', ')}]`);
      const result = builder.op('Reshape', [name, builder.vector(to, 'int64')]);
      reshaped.set(result, { name, shape: from });
      return result;
    },
    unshaped: (name, shape) => reshaped.get(name) ?? { name, shape },
    cast(name, from, to) {
      return from === to ? name : builder.op('Cast', [name], { to: onnxTypes[numberType(to)] });
    },
    scalar(value, dtype = 'float32') {
      return addConstant({ dtype: numberType(dtype), shape: [], values: [value] });
    },
    vector(values, dtype = 'float32') {
      return addConstant({ dtype, shape: [values.length], values });
    },
    oneHot(codes, shape, width, dtype) {
      const places = Array.from({ length: width }, (_, i) => i);
      const marked = builder.op('Equal', [
        builder.reshape(codes, shape, [...shape, 1]),
        builder.vector(places, 'int32'),
      ]);
      const hots = builder.cast(marked, 'bool', dtype);
      if (shape.length === 1 && dtype === 'float32') codesOfHots.set(hots, codes);
      return hots;
    },
    codesOf: (name) => codesOfHots.get(name),
    ones(shape) {
      return addConstant({ dtype: 'float32', shape, values: Array.from({ length: sizeOf(shape) }, () => 1) });
    },
    isScalar(name, value) {
      const constant = constants.get(name);
      return constant !== undefined && constant.shape.length === 0 && constant.values[0] === value;
    },
    bind(value, name) {
      names.set(value.id, name);
    },
    nodes,
    get constants() {
      return [...constants.values()];
    },
  };

  function addConstant(constant: Omit<OnnxConstant, 'name'>): string {
    const name = `c:${constant.dtype}:${constant.shape.join('x')}:${Array.from(constant.values).join(',')}`;
    if (!constants.has(name)) constants.set(name, { name, ...constant });
    return name;
  }

  function constantOf(value: TracedValue): string {
    if (value.constant === undefined) throw new EngineError('Expected a traced value to be computed before its use');
    if (value.shape.includes(-1)) {
      throw new EngineError(
        `Expected constants that do not depend on the number of rows, got shape [${value.shape.join(', ')}]`,
      );
    }
    const name = `k${value.id}`;
    constants.set(name, { name, dtype: numberType(value.dtype), shape: value.shape, values: value.constant });
    names.set(value.id, name);
    return name;
  }

  return builder;
}

function keyOf(operator: string, inputs: readonly string[], attributes: OnnxNode['attributes']): string {
  return JSON.stringify([operator, inputs, attributes]);
}

function numberType(dtype: string): NumberType {
  if (dtype in onnxTypes) return dtype as NumberType;
  throw new EngineError(`Expected arrays of float32, int32 or bool, got \`${dtype}\``);
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((dim, i) => dim === b[i]);
}
