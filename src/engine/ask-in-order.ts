import type { Worker } from 'node:worker_threads';
import type { EngineError } from '../errors.js';
import { errorOf, type WorkerReply } from './call-worker.js';

/**
 * A way to send requests to a worker that answers them in their order, without waiting for earlier answers; or, where requests go
 * `to` another, that answers what comes of them there. A call rejects with an EngineError of the worker's reason; how the worker dies
 * is for the caller to notice.
 */
export function askInOrder<Request, Value>(worker: Worker, to = worker): (request: Request) => Promise<Value> {
  const waiting: { resolve(value: Value): void; reject(error: EngineError): void }[] = [];
  worker.on('message', (reply: WorkerReply<Value>) => {
    const call = waiting.shift();
    if ('error' in reply) call?.reject(errorOf(reply));
    else call?.resolve(reply.value);
  });
  return (request) =>
    new Promise((resolve, reject) => {
      waiting.push({ resolve, reject });
      to.postMessage(request);
    });
}
