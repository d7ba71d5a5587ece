import type { Engine } from './engine.js';
import { startTrainerThreads, type TrainerThreads } from './trainer-threads.js';

/** An engine that has to be closed. */
export interface StartedEngine extends Engine {
  /** Ends the threads that no trainer has taken. */
  close(): Promise<void>;
}

/**
 * The compiled engine with its first threads started: they load what they need (TensorFlow.js, ONNX Runtime; 0.2 s) while the
 * caller finds out what to train. The first trainer takes them, later ones start their own. It is the caller's to close.
 */
export function startEngine(): StartedEngine {
  let ready: TrainerThreads | undefined = startTrainerThreads();
  const take = (): TrainerThreads | undefined => {
    const taken = ready;
    ready = undefined;
    return taken;
  };
  return {
    name: 'compiled',
    async createTrainer(options) {
      const { createCompiledTrainer } = await import('./compiled-trainer.js');
      options.signal?.throwIfAborted();
      return createCompiledTrainer(options, take() ?? startTrainerThreads());
    },
    async close() {
      await take()?.close();
    },
  };
}
