import { EngineError } from '../errors.js';
import type { Graph, InputSpec, Model, Tensors } from '../models/model.js';
import { sizeOf } from '../models/shape.js';
import { tf } from '../models/tensorflow.js';
import { kernelNamed } from './kernels/index.js';
import type { TracedGraph, TracedNode, TracedValue } from './traced-graph.js';

const BACKEND = 'rx-augment-trace';

/** Kernels that give a list, be it of one. */
const LISTING: ReadonlySet<string> = new Set(['SplitV', 'Unpack']);

/** What to trace of a model: its gradient step, its losses alone, or one of its graphs. */
export type TraceTarget =
  | { readonly kind: 'gradients'; readonly rows: number }
  | { readonly kind: 'objective'; readonly rows: number }
  | { readonly kind: 'graph'; readonly name: string; readonly rows: number };

/**
 * Runs a model's function once on a recording backend and returns what it computes as a graph. Outputs of `gradients`
 * are the objective's, then `gradient/<parameter>` for each parameter. Values are never computed, except those that
 * depend on constants alone. Throws an EngineError that names a kernel for which there is no translation.
 */
export function trace(model: Model, target: TraceTarget): TracedGraph {
  const recorder = new Recorder();
  const before = tf.getBackend();
  tf.registerBackend(BACKEND, () => recorder);
  registerKernels(recorder);
  try {
    void tf.setBackend(BACKEND);
    tf.engine().startScope('trace');
    try {
      return recorder.finish(outputsOf(model, target, recorder));
    } finally {
      tf.engine().endScope();
    }
  } finally {
    if (before && before !== BACKEND) void tf.setBackend(before);
    tf.removeBackend(BACKEND);
    for (const { kernelName } of tf.getKernelsForBackend(BACKEND)) tf.unregisterKernel(kernelName, BACKEND);
  }
}

function outputsOf(model: Model, target: TraceTarget, recorder: Recorder): Tensors {
  const names = Object.keys(model.parameters);
  const parameters = names.map((name) => recorder.input(name, model.parameters[name]?.shape ?? [], 'float32'));
  const withNames = (values: readonly tf.Tensor[]): Tensors =>
    Object.fromEntries(names.map((name, i) => [name, values[i] as tf.Tensor]));
  if (target.kind === 'graph') {
    const graph = model.graphs[target.name];
    if (graph === undefined) throw new EngineError(`Expected the model to have a graph named \`${target.name}\``);
    return graph.run(withNames(parameters), placeholders(graph, target.rows, recorder));
  }
  const inputs = placeholders(model.objective, target.rows, recorder);
  const evaluate = (values: readonly tf.Tensor[]): Tensors => model.objective.run(withNames(values), inputs);
  if (target.kind === 'objective') return evaluate(parameters);
  let metrics: Tensors = {};
  const { grads } = tf.valueAndGrads((...values: tf.Tensor[]) => {
    metrics = evaluate(values);
    for (const metric of Object.values(metrics)) tf.keep(metric);
    return metrics.loss as tf.Scalar;
  })(parameters);
  const gradients = names.map((name, i) => [`gradient/${name}`, grads[i] as tf.Tensor] as const);
  return { ...metrics, ...Object.fromEntries(gradients) };
}

function placeholders(graph: Graph, rows: number, recorder: Recorder): Tensors {
  const shapeOf = (spec: InputSpec) => (spec.perRow ? [rows, ...spec.shape] : spec.shape);
  return Object.fromEntries(
    Object.entries(graph.inputs).map(([name, spec]) => [name, recorder.input(name, shapeOf(spec), spec.dtype)]),
  );
}

/** Every kernel of the `cpu` backend is known to TensorFlow.js, so every one gets a recording twin here. */
function registerKernels(recorder: Recorder): void {
  for (const { kernelName } of tf.getKernelsForBackend('cpu')) {
    tf.registerKernel({
      kernelName,
      backendName: BACKEND,
      kernelFunc: ({ inputs, attrs }) => recorder.record(kernelName, inputs, attrs ?? {}),
    });
  }
}

/** A TensorFlow.js backend that writes down what it is asked to compute. */
class Recorder extends tf.KernelBackend {
  private readonly values = new Map<object, TracedValue>();
  private readonly nodes: TracedNode[] = [];
  private readonly inputs: TracedValue[] = [];
  private nextId = 0;

  input(name: string, shape: readonly number[], dtype: 'float32' | 'int32'): tf.Tensor {
    const value: TracedValue = { id: this.nextId++, shape, dtype, name };
    this.inputs.push(value);
    return tf.engine().makeTensorFromTensorInfo(this.infoOf(value));
  }

  record(kernel: string, named: tf.NamedTensorInfoMap, attrs: object): tf.TensorInfo | tf.TensorInfo[] {
    // What an optional input is not given is undefined.
    const infos = Object.values(named)
      .flat()
      .filter((info) => info !== undefined && info !== null) as tf.TensorInfo[];
    if (kernel === 'Identity' || kernel === 'Reshape' || kernel === 'ExpandDims') {
      const [input] = infos as [tf.TensorInfo];
      const target = attrs as { shape?: number[]; dim?: number };
      return { dataId: input.dataId, dtype: input.dtype, shape: reshaped(kernel, input.shape, target) };
    }
    const inputs = infos.map((info) => ({ value: this.traced(info), shape: info.shape, dtype: info.dtype }));
    const fold =
      inputs.every(({ value }) => value.constant !== undefined) || kernel === 'ZerosLike' || kernel === 'OnesLike';
    if (fold) return this.foldOnCpu(kernel, named, attrs);
    const outputs = kernelNamed(kernel).infer(inputs, attrs as never);
    const values = outputs.map(({ shape, dtype }): TracedValue => ({ id: this.nextId++, shape, dtype }));
    this.nodes.push({ kernel, inputs: inputs.map(({ value, shape }) => ({ value, shape })), attrs, outputs: values });
    const traced = values.map((value) => this.infoOf(value));
    return LISTING.has(kernel) ? traced : (traced[0] as tf.TensorInfo);
  }

  finish(outputs: Tensors): TracedGraph {
    return {
      inputs: this.inputs,
      nodes: this.nodes,
      outputs: Object.entries(outputs).map(([name, tensor]) => ({
        name,
        value: this.traced(tensor),
        shape: tensor.shape,
      })),
    };
  }

  /** What depends on constants alone is computed now, by the pure JavaScript backend. */
  private foldOnCpu(kernel: string, named: tf.NamedTensorInfoMap, attrs: object): tf.TensorInfo | tf.TensorInfo[] {
    const cpu = tf.findBackend('cpu');
    const run = tf.getKernel(kernel, 'cpu').kernelFunc;
    const move = (info: tf.TensorInfo): tf.TensorInfo => {
      const { constant } = this.traced(info);
      const values = constant ?? new Float32Array(sizeOf(info.shape));
      return { ...info, dataId: cpu.write(values as tf.backend_util.BackendValues, info.shape, info.dtype) };
    };
    const inputs = Object.fromEntries(
      Object.entries(named).map(([name, info]) => [
        name,
        Array.isArray(info) ? info.map(move) : move(info as tf.TensorInfo),
      ]),
    );
    const output = run({ inputs: inputs as tf.NamedTensorInfoMap, backend: cpu, attrs: attrs as tf.NamedAttrMap });
    const back = (info: tf.TensorInfo): tf.TensorInfo => {
      const constant = cpu.readSync(info.dataId) as Float32Array;
      return this.infoOf({ id: this.nextId++, shape: info.shape, dtype: info.dtype, constant });
    };
    return Array.isArray(output) ? output.map(back) : back(output);
  }

  private infoOf(value: TracedValue): tf.TensorInfo {
    const dataId = {};
    this.values.set(dataId, value);
    return { dataId, shape: [...value.shape], dtype: value.dtype as tf.DataType };
  }

  private traced({ dataId }: tf.TensorInfo): TracedValue {
    const value = this.values.get(dataId);
    if (value === undefined) throw new EngineError('Expected every tensor of a model function to be made inside it');
    return value;
  }

  override write(values: tf.backend_util.BackendValues, shape: number[], dtype: tf.DataType): tf.DataId {
    const value: TracedValue = { id: this.nextId++, shape, dtype, constant: values as Float32Array };
    return this.infoOf(value).dataId;
  }

  override readSync(dataId: object): tf.backend_util.BackendValues {
    const constant = this.values.get(dataId)?.constant;
    if (constant === undefined) {
      throw new EngineError('Expected a model function to be free of reads: it asked for the value of a traced tensor');
    }
    return constant;
  }

  override read(dataId: object): Promise<tf.backend_util.BackendValues> {
    return Promise.resolve(this.readSync(dataId));
  }

  override disposeData(): boolean {
    return true;
  }

  override incRef(): void {}

  override dispose(): void {
    this.values.clear();
  }

  override refCount(): number {
    return 1;
  }

  override numDataIds(): number {
    return this.values.size;
  }

  override floatPrecision(): 16 | 32 {
    return 32;
  }

  override epsilon(): number {
    return 1e-7;
  }

  override timerAvailable(): boolean {
    return false;
  }
}

function reshaped(kernel: string, shape: readonly number[], attrs: { shape?: number[]; dim?: number }): number[] {
  if (kernel === 'Identity') return [...shape];
  if (kernel === 'ExpandDims') {
    const dim = attrs.dim ?? 0;
    const at = dim < 0 ? shape.length + 1 + dim : dim;
    return [...shape.slice(0, at), 1, ...shape.slice(at)];
  }
  return tf.util.inferFromImplicitShape(attrs.shape ?? [], sizeOf(shape));
}
