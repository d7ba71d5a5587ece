import { MessageChannel } from 'node:worker_threads';
import { askInOrder } from './ask-in-order.js';
import type { SharedTraining, StepRequest, TrainingRequest } from './shared-step.js';
import { startTrainingThread, type TrainingThread } from './training-thread.js';

/** A thread that computes what steps report, which another one takes meanwhile. */
export interface Reporter {
  /** A way to have steps taken and reported; undefined until the thread has begun, which takes a moment. */
  readonly steps: ((request: StepRequest) => Promise<unknown>) | undefined;
  /** Rejects with an EngineError when the thread cannot begin, or dies. */
  readonly failure: Promise<never>;
  /** Ends it, after what it does at the moment. */
  close(): Promise<void>;
}

/**
 * Starts a reporter of the steps that a thread takes, in a training whose metrics are computed apart from its gradients. It hears of them
 * from that thread, so that the main thread is woken once for both. It is the caller's to close.
 */
export function startReporter(shared: SharedTraining, stepping: TrainingThread): Reporter {
  const thread = startTrainingThread('reports');
  const { port1, port2: taken } = new MessageChannel();
  let steps: Reporter['steps'];
  const begun = thread.begin({ shared, taken }, [taken]).then(() => {
    stepping.worker.postMessage({ kind: 'reporter', taken: port1 } satisfies TrainingRequest, [port1]);
    steps = askInOrder(thread.worker, stepping.worker);
  });
  return {
    get steps() {
      return steps;
    },
    failure: begun.then(() => thread.death),
    async close() {
      await thread.close();
      port1.close();
    },
  };
}
