import { InferenceSession, Tensor } from 'onnxruntime-node';

/**
 * A session of ONNX Runtime on one thread without spinning: threads are ours, one session each. `onnx` is a file's bytes.
 * Running blocks the thread it is called on, so sessions live in workers. What fails is thrown, and not printed as well.
 * Without memory patterns: planned blocks lie beside what the first run took, 15 MB a thread for a table, and save no time.
 */
export function createSession(onnx: Uint8Array): Promise<InferenceSession> {
  return InferenceSession.create(onnx, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    enableMemPattern: false,
    logSeverityLevel: 4,
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
}

/** A view of an array as a tensor; no copy. */
export function tensorOf(values: Float32Array | Int32Array, shape: readonly number[]): Tensor {
  return values instanceof Float32Array ? new Tensor('float32', values, shape) : new Tensor('int32', values, shape);
}
