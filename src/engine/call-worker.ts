import type { Worker } from 'node:worker_threads';
import { EngineError } from '../errors.js';

/** What a worker sends back: a value, or the text of what went wrong. */
export type WorkerReply<T> = { readonly value: T } | { readonly error: string };

/** Waits for a worker's next reply; rejects with an EngineError: the worker's own, or how it died first. */
export function callWorker<T>(worker: Worker): Promise<T> {
  return new Promise((resolve, reject) => {
    const onMessage = (reply: WorkerReply<T>) =>
      settle(() => ('error' in reply ? reject(new EngineError(reply.error)) : resolve(reply.value)));
    const forget = onDeath(worker, (error) => settle(() => reject(error)));
    const settle = (act: () => void) => {
      worker.off('message', onMessage);
      forget();
      act();
    };
    worker.on('message', onMessage);
  });
}

/** Tells how a worker died, should it; what it returns makes it tell no more. */
export function onDeath(worker: Worker, tell: (error: EngineError) => void): () => void {
  const onError = (cause: Error) => tell(new EngineError(`A worker thread failed: ${cause.message}`, { cause }));
  const onExit = (code: number) => tell(new EngineError(`A worker thread ended with code ${code}`));
  worker.on('error', onError).on('exit', onExit);
  return () => void worker.off('error', onError).off('exit', onExit);
}
