import type { Worker } from 'node:worker_threads';
import { EngineError } from '../errors.js';

/** What a worker sends back: a value, or the text of what went wrong. */
export type WorkerReply<T> = { readonly value: T } | { readonly error: string };

/** Waits for a worker's next reply; rejects with its error, or when it dies first. */
export function callWorker<T>(worker: Worker): Promise<T> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      act();
    };
    const onMessage = (reply: WorkerReply<T>) =>
      settle(() => ('error' in reply ? reject(new EngineError(reply.error)) : resolve(reply.value)));
    const onError = (cause: Error) =>
      settle(() => reject(new EngineError(`A worker thread failed: ${cause.message}`, { cause })));
    const onExit = (code: number) => settle(() => reject(new EngineError(`A worker thread ended with code ${code}`)));
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
  });
}
