// @ts-check
// Preloaded into every thread of a process: ends the second thread of a training, in mid-step, or the one that reports.
import { parentPort } from 'node:worker_threads';

const port = parentPort;
if (port !== null) {
  const on = port.on.bind(port);
  let second = false;
  // Listens when the thread does: before that, messages wait for it.
  port.on = (name, listener) => {
    on('message', (request) => {
      const soon = () => setTimeout(() => process.exit(3), 100);
      if (request.kind === 'begin') second = request.place.worker === 1;
      if (request.kind === 'begin' && 'taken' in request.place) soon();
      if (request.kind === 'step' && second) soon();
    });
    return on(name, listener);
  };
}
