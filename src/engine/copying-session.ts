import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { BoundArray, BoundSession, GraphArray, SessionOptions } from './bound-session.js';
import { createFreeing } from './free-results.js';

/**
 * A session of onnxruntime-node's own binding, for where the C API is out of reach. That takes no memory which threads share and
 * fills arrays of its own beside those it is given, so every array is copied on its way in and out.
 *
 * One thread without spinning: threads are ours, one session each. Running blocks the thread it is called on, so sessions live in
 * workers. What fails is thrown, and not printed as well.
 */
export async function createCopyingSession(
  onnx: Uint8Array,
  { planMemory = false, optimise = true }: SessionOptions = {},
): Promise<BoundSession> {
  const session = await InferenceSession.create(onnx, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: optimise ? 'all' : 'disabled',
    enableMemPattern: planMemory,
    logSeverityLevel: 4,
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
  const free = createFreeing();
  /** By name: what ONNX Runtime sees of an array. The bindings of a session run one after the other, so they share them. */
  const own = new Map<string, Tensor>();
  const tensorFor = (side: string, name: string, { values, shape }: BoundArray): Tensor => {
    const key = `${side} ${name}`;
    const known = own.get(key);
    if (known !== undefined && known.dims.join() === shape.join()) return known;
    const tensor =
      values instanceof Float32Array
        ? new Tensor('float32', new Float32Array(values.length), shape)
        : new Tensor('int32', new Int32Array(values.length), shape);
    own.set(key, tensor);
    return tensor;
  };
  return {
    inputs: session.inputMetadata.map(graphArray),
    outputs: session.outputMetadata.map(graphArray),
    bind(inputs, outputs) {
      const bound = { inputs: { ...inputs }, outputs: { ...outputs } };
      return {
        bind(others, results) {
          Object.assign(bound.inputs, others);
          Object.assign(bound.outputs, results);
        },
        async run() {
          const feeds = tensorsOf(bound.inputs, (name, array) => {
            const tensor = tensorFor('input', name, array);
            (tensor.data as Float32Array).set(array.values);
            return tensor;
          });
          const fetches = tensorsOf(bound.outputs, (name, array) => tensorFor('output', name, array));
          free(await session.run(feeds, fetches));
          for (const [name, { values }] of Object.entries(bound.outputs)) {
            values.set((fetches[name] as Tensor).data as Float32Array);
          }
        },
        close() {},
      };
    },
    close() {
      void session.release();
    },
  };
}

function tensorsOf(
  arrays: Readonly<Record<string, BoundArray>>,
  tensorOf: (name: string, array: BoundArray) => Tensor,
): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, tensorOf(name, array)]));
}

function graphArray(metadata: InferenceSession.ValueMetadata): GraphArray {
  if (!metadata.isTensor) throw new TypeError(`Expected \`${metadata.name}\` to be a tensor`);
  return {
    name: metadata.name,
    dtype: metadata.type === 'int32' ? 'int32' : 'float32',
    shape: metadata.shape.map((dim) => (typeof dim === 'number' ? dim : -1)),
  };
}
