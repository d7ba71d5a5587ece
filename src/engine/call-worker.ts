import type { Worker } from 'node:worker_threads';
import { EngineError } from '../errors.js';

/** What a worker sends back: a value, or the text of what went wrong and, where it went wrong in code of the user's, the place. */
export type WorkerReply<T> = { readonly value: T } | { readonly error: string; readonly stack?: string | undefined };

/** A file of this package that is not there. */
const BUNDLED =
  ': threads start from files of rx-augment, so where a program is bundled it has to stay outside of the bundle (external)';

/** Waits for a worker's next reply; rejects with an EngineError: the worker's own, or how it died first. */
export function callWorker<T>(worker: Worker): Promise<T> {
  return new Promise((resolve, reject) => {
    const onMessage = (reply: WorkerReply<T>) =>
      settle(() => ('error' in reply ? reject(errorOf(reply)) : resolve(reply.value)));
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
  const onError = (cause: Error) => {
    const hint = 'code' in cause && cause.code === 'MODULE_NOT_FOUND' ? BUNDLED : '';
    tell(new EngineError(`A worker thread failed: ${cause.message}${hint}`, { cause }));
  };
  const onExit = (code: number) => tell(new EngineError(`A worker thread ended with code ${code}`));
  worker.on('error', onError).on('exit', onExit);
  return () => void worker.off('error', onError).off('exit', onExit);
}

/** What went wrong in a worker, with the place where it was told. */
export function errorOf({ error, stack }: Extract<WorkerReply<never>, { readonly error: string }>): EngineError {
  if (stack === undefined) return new EngineError(error);
  return new EngineError(error, { cause: Object.assign(new Error(error), { stack }) });
}
