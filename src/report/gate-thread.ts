import { Worker } from 'node:worker_threads';
import { callWorker, onDeath } from '../engine/call-worker.js';
import type { Guard, GuardRule } from './guard.js';
import type { RecordColumn } from './record-space.js';

/** What a gate's thread is made of; see `createGuard`. */
export interface GateRequest {
  readonly reference: readonly RecordColumn[];
  readonly fresh: readonly RecordColumn[] | Int32Array;
  readonly rule: GuardRule;
}

/** A guard in a thread of its own. */
export interface GateThread extends Pick<Guard, 'minDistance' | 'freshShare' | 'repeated' | 'guarded'> {
  /** As `Guard.judge`. Calls are answered one after the other; they reject with an EngineError when the thread dies, with the signal's reason when that has aborted. */
  judge(columns: readonly RecordColumn[]): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Starts it; resolves when its bound is known. The columns of the reference are handed over: they are empty afterwards. */
export async function startGateThread(request: GateRequest, signal: AbortSignal): Promise<GateThread> {
  const worker = new Worker(new URL('./gate-worker.js', import.meta.url));
  const close = async () => void (await worker.terminate());
  const abort = () => void close();
  signal.addEventListener('abort', abort, { once: true });
  // For as long as the thread lives: of one that has ended no call would hear any more.
  const death = new Promise<never>((_, reject) => onDeath(worker, reject));
  death.catch(() => undefined);
  const call = <T>() => Promise.race([callWorker<T>(worker), death]);
  try {
    const starting = call<Omit<GateThread, 'judge' | 'close'>>();
    const buffers = request.reference.flatMap(({ numbers, codes }) => [numbers.buffer, codes.buffer]);
    worker.postMessage(request, buffers as ArrayBuffer[]);
    const found = await starting;
    let last: Promise<unknown> = Promise.resolve();
    return {
      ...found,
      judge(columns) {
        const judged = last.then(() => {
          signal.throwIfAborted();
          const reply = call<Uint8Array>();
          worker.postMessage(columns);
          return reply;
        });
        last = judged.catch(() => undefined);
        return judged;
      },
      async close() {
        signal.removeEventListener('abort', abort);
        await close();
      },
    };
  } catch (error) {
    signal.removeEventListener('abort', abort);
    await close();
    throw error;
  }
}
