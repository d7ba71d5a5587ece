import { Worker } from 'node:worker_threads';
import { endWorker } from './end-worker.js';
import { withoutTelemetry } from './without-telemetry.js';

/** A thread for the graphs of a model that is not there yet. */
export interface RunnerThread {
  /** The thread, for the first who asks and closes it then; undefined for others, and where it has ended. */
  take(): Worker | undefined;
  /** Ends it where nobody has taken it. */
  close(): Promise<void>;
}

/**
 * Starts a thread that runs graphs: it loads ONNX Runtime while the caller finds out which. Nothing waits for it. It is the caller's to
 * close.
 */
export function startRunnerThread(): RunnerThread {
  withoutTelemetry();
  let idle: Worker | undefined = new Worker(new URL('./runner-worker.js', import.meta.url));
  const forget = () => {
    idle = undefined;
  };
  idle.unref();
  // A thread that dies is missed by nobody: whoever takes it hears of it then.
  idle.on('error', forget).on('exit', forget);
  const take = (): Worker | undefined => {
    const taken = idle;
    idle = undefined;
    return taken;
  };
  return {
    take,
    async close() {
      const left = take();
      if (left !== undefined) await endWorker(left);
    },
  };
}
