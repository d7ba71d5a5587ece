import type { BoundSession, SessionOptions } from './bound-session.js';
import { loadNativeRuntime, type NativeRuntime } from './native-session.js';

let native: Promise<NativeRuntime | undefined> | undefined;

/**
 * A session of ONNX Runtime for the graph of an ONNX file: by the C API where that can be loaded, else by onnxruntime-node's own
 * binding, with the same results. Running blocks the thread it is called on, so sessions live in workers.
 */
export async function createSession(onnx: Uint8Array, options: SessionOptions = {}): Promise<BoundSession> {
  const runtime = await loadRuntime();
  if (runtime !== undefined) return runtime.createSession(onnx, options);
  const { createCopyingSession } = await import('./copying-session.js');
  return createCopyingSession(onnx, options);
}

/** Loads what `createSession` needs: the C API; undefined where that is out of reach. */
export function loadRuntime(): Promise<NativeRuntime | undefined> {
  native ??= loadNativeRuntime().catch(() => undefined);
  return native;
}
