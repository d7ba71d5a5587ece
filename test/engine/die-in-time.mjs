// @ts-check
// Preloaded into every thread of a process: ends the second thread of a training, in mid-step.
import { isMainThread, parentPort, workerData } from 'node:worker_threads';

if (!isMainThread && workerData?.worker === 1) {
  parentPort?.on('message', (request) => {
    if (request.kind === 'step') setTimeout(() => process.exit(3), 100);
  });
}
