import type { Worker } from 'node:worker_threads';

/** What a worker is sent to make it end by itself. */
export const END = 'end';

/**
 * Asks a worker to end, and waits until it has. It is not terminated: in the middle of a run of ONNX Runtime, which
 * then throws where nobody catches, that would abort the process. So it ends as soon as its run is over.
 */
export async function endWorker(worker: Worker): Promise<void> {
  if (worker.threadId === -1) return;
  worker.ref();
  await new Promise<void>((resolve) => {
    worker.on('exit', () => resolve()).on('error', () => undefined);
    worker.postMessage(END);
  });
}
