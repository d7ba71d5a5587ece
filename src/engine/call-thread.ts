import { Worker } from 'node:worker_threads';
import { callWorker } from './call-worker.js';

/**
 * What a thread of its own makes of `data`: the module at `url` finds it as its workerData and posts one WorkerReply. Rejects with an
 * EngineError that carries the reason; an abort ends the thread at once and rejects with the signal's. Not for threads that run
 * ONNX Runtime, which cannot be ended in the middle of what they do (see endWorker).
 */
export async function callThread<T>(url: URL, data: unknown, signal?: AbortSignal): Promise<T> {
  signal?.throwIfAborted();
  const worker = new Worker(url, { workerData: data });
  const stop = () => void worker.terminate();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    return await callWorker<T>(worker);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
    await worker.terminate();
  }
}
