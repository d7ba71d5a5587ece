import { MessageChannel } from 'node:worker_threads';
import type { InferenceSession } from 'onnxruntime-node';

/** Arrays below this size, in bytes, are left to the garbage collector. */
const LARGE = 65_536;

/**
 * A function that frees the arrays which a run returns beside those it was given to fill. Left to the garbage collector
 * they pile up to tens of megabytes, and a step of a large model waits in fresh memory for a fifth of its time. Sent to
 * a port that nobody listens to, they are gone at once; the results must not be used afterwards.
 */
export function createFreeing(): (results: InferenceSession.OnnxValueMapType) => void {
  const { port1, port2 } = new MessageChannel();
  port2.close();
  return (results) => {
    const buffers = Object.values(results).flatMap(({ data }) => {
      const buffer = ArrayBuffer.isView(data) ? data.buffer : undefined;
      return buffer instanceof ArrayBuffer && buffer.byteLength > LARGE ? [buffer] : [];
    });
    if (buffers.length > 0) port1.postMessage(undefined, buffers);
  };
}
