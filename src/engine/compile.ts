import type { InputSpec } from '../models/model.js';
import type { ModelReference } from '../models/model-reference.js';
import type { ParameterSpec } from '../models/parameter-spec.js';
import { callThread } from './call-thread.js';

/** One array of a compiled graph. */
export interface ArraySpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32';
}

/** What a model is once compiled: ONNX files whose parameters are inputs, and what goes in and comes out. */
export interface CompiledModel {
  readonly parameters: Readonly<Record<string, ParameterSpec>>;
  readonly inputs: Readonly<Record<string, InputSpec>>;
  /** The objective's outputs, `loss` among them, with their shapes. */
  readonly metrics: readonly ArraySpec[];
  /** Parts into which each batch is cut; gradients of the parts are added up. Follows from model and batch alone. */
  readonly shards: number;
  /** For batchRows / shards rows: the metrics, then `gradient/<parameter>` for each parameter, its shape perhaps another of as many numbers. */
  readonly gradients: Uint8Array;
  /** For batchRows / shards rows: the metrics. */
  readonly objective: Uint8Array;
  /** The model's graphs, for any number of rows. */
  readonly graphs: Readonly<Record<string, Uint8Array>>;
  /** The parameters' starting values, flat. */
  readonly initial: Float32Array;
}

/** What to compile. */
export interface CompileRequest {
  readonly model: ModelReference;
  readonly batchRows: number;
  /** Seed of the parameters' starting values. */
  readonly seed: number;
}

/**
 * Compiles a model in a thread of its own, so that neither loading TensorFlow.js (0.4 s) nor tracing holds up the caller.
 * Rejects with an EngineError that carries the reason, its `cause` the place in the model's module; an abort ends the thread at once and rejects with the signal's.
 */
export function compile(request: CompileRequest, signal?: AbortSignal): Promise<CompiledModel> {
  return callThread(new URL('./compile-worker.js', import.meta.url), request, signal);
}
