import { type MessagePort, Worker } from 'node:worker_threads';
import { callWorker, onDeath } from './call-worker.js';
import { endWorker } from './end-worker.js';
import type { BeginRequest, ReportingPlace, TrainingPlace } from './shared-step.js';
import { withoutTelemetry } from './without-telemetry.js';

/** One thread of a training. */
export interface TrainingThread {
  readonly worker: Worker;
  /** Rejects with an EngineError when the thread dies, or ends. */
  readonly death: Promise<never>;
  /** Tells it of the training that it is for; once, before anything is asked of it. Rejects with an EngineError. */
  begin(place: TrainingPlace | ReportingPlace, transfer?: readonly MessagePort[]): Promise<void>;
  /** Ends it, after what it does at the moment. */
  close(): Promise<void>;
}

/** What a thread of a training does: take steps, or compute what they report. */
const FILES = { steps: './training-worker.js', reports: './report-worker.js' } as const;

/** Starts a thread, which loads ONNX Runtime before it is told of a training. It is the caller's to close. */
export function startTrainingThread(does: keyof typeof FILES = 'steps'): TrainingThread {
  withoutTelemetry();
  const worker = new Worker(new URL(FILES[does], import.meta.url));
  const death = new Promise<never>((_, reject) => onDeath(worker, reject));
  death.catch(() => undefined);
  return {
    worker,
    death,
    async begin(place, transfer = []) {
      const begun = callWorker<undefined>(worker);
      worker.postMessage({ kind: 'begin', place } satisfies BeginRequest<typeof place>, transfer);
      await Promise.race([begun, death]);
    },
    close: () => endWorker(worker),
  };
}
