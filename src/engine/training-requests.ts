import { EventEmitter, on } from 'node:events';
import { type MessagePort, parentPort } from 'node:worker_threads';
import { messageOf } from '../message-of.js';
import type { WorkerReply } from './call-worker.js';
import { END } from './end-worker.js';
import type { BeginRequest } from './shared-step.js';

/** What is returned for a request that has no answer, or gets it from elsewhere. */
export const UNANSWERED = Symbol('unanswered');

/** What a thread of a training is asked. */
export interface TrainingRequests<Place, Request> {
  /** Waits until there is a training; where there will be none, the thread ends here. */
  begun(): Promise<Place>;
  /** Listens to another port as well. */
  hear(port: MessagePort): void;
  /** Says that the thread has begun, and answers what it is asked, one after the other, until it is told to end. */
  answer(by: (request: Request) => unknown): Promise<void>;
  /** Listens no longer, so that the thread ends. */
  close(): void;
}

/** Listens to what this thread is asked, from now on. */
export function listenToRequests<Place, Request>(): TrainingRequests<Place, Request> {
  const port = parentPort as MessagePort;
  const heard = new EventEmitter();
  const hear = (from: MessagePort): void => void from.on('message', (request) => heard.emit('request', request));
  const requests = on(heard, 'request') as AsyncIterableIterator<[BeginRequest<Place> | Request | typeof END]>;
  const reply = (message: WorkerReply<unknown>): void => port.postMessage(message);
  hear(port);
  return {
    async begun() {
      const { value } = await requests.next();
      const [request] = value as [BeginRequest<Place> | typeof END];
      return request === END ? process.exit() : request.place;
    },
    hear,
    async answer(by) {
      reply({ value: undefined });
      for await (const [request] of requests) {
        if (request === END) break;
        try {
          const value = await by(request as Request);
          if (value !== UNANSWERED) reply({ value });
        } catch (error) {
          reply({ error: messageOf(error) });
        }
      }
    },
    close: () => port.close(),
  };
}
