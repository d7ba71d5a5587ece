import { Worker } from 'node:worker_threads';
import type { InputSpec } from '../models/model.js';
import type { ModelReference } from '../models/model-reference.js';
import type { ParameterSpec } from '../models/parameter-spec.js';
import { askInOrder } from './ask-in-order.js';
import { onDeath } from './call-worker.js';

/** One array of a compiled graph. */
export interface ArraySpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32';
}

/** The metrics of a step, from its batch and what its gradients carry over. */
export interface CompiledReport {
  readonly onnx: Uint8Array;
  readonly carried: readonly ArraySpec[];
}

/** What a training of a model needs: ONNX files whose parameters are inputs, and what goes in and comes out. */
export interface CompiledTraining {
  readonly parameters: Readonly<Record<string, ParameterSpec>>;
  readonly inputs: Readonly<Record<string, InputSpec>>;
  /** The objective's outputs, `loss` among them, with their shapes. */
  readonly metrics: readonly ArraySpec[];
  /** Parts into which each batch is cut; gradients of the parts are added up. Follows from model and batch alone. */
  readonly shards: number;
  /**
   * For batchRows / shards rows: the metrics, or what is carried over to `report`, then `gradient/<parameter>` for each parameter,
   * its shape perhaps another of as many numbers.
   */
  readonly gradients: Uint8Array;
  /** What computes the metrics of a step, where that is apart from its gradients: for batches in one part. */
  readonly report?: CompiledReport | undefined;
  /** For batchRows / shards rows: the metrics. */
  readonly objective: Uint8Array;
}

/** A model's graphs by name, for any number of rows: ONNX files whose parameters are inputs. */
export type CompiledGraphs = Readonly<Record<string, Uint8Array>>;

/** All that a model is once compiled. */
export interface CompiledModel extends CompiledTraining {
  readonly graphs: CompiledGraphs;
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

/** What the thread of a compiler is asked: the training of a model, and then what else is wanted of it. */
export type CompilerRequest = CompileRequest | 'initial' | 'graphs';

/** A thread of its own that compiles one model. What it is asked rejects with an EngineError that carries the reason, also once it is closed. */
export interface Compiler {
  /** What a training of the model needs, which comes first; asked once. */
  training(request: CompileRequest): Promise<CompiledTraining>;
  /** The parameters' starting values, flat. This and `graphs` are asked after `training`, for whose answer they need not wait. */
  initial(): Promise<Float32Array>;
  graphs(): Promise<CompiledGraphs>;
  /** Ends the thread at once. */
  close(): Promise<void>;
}

/** Starts a compiler, whose thread loads TensorFlow.js (0.15 s) before it is asked. It is the caller's to close. */
export function startCompiler(): Compiler {
  const worker = new Worker(new URL('./compile-worker.js', import.meta.url));
  const ask = askInOrder<CompilerRequest, unknown>(worker);
  const death = new Promise<never>((_, reject) => onDeath(worker, reject));
  death.catch(() => undefined);
  const answer = async <T>(request: CompilerRequest): Promise<T> => (await Promise.race([ask(request), death])) as T;
  return {
    training: (request) => answer(request),
    initial: () => answer('initial'),
    graphs: () => answer('graphs'),
    async close() {
      await worker.terminate();
    },
  };
}

/** Compiles a model, all of it. Rejects with an EngineError that carries the reason. */
export async function compile(request: CompileRequest): Promise<CompiledModel> {
  const compiler = startCompiler();
  try {
    const asked = [compiler.training(request), compiler.initial(), compiler.graphs()] as const;
    const [training, initial, graphs] = await Promise.all(asked);
    return { ...training, initial, graphs };
  } finally {
    await compiler.close();
  }
}
