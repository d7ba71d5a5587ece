import { type Compiler, startCompiler } from './compile.js';
import { startTrainingThread, type TrainingThread } from './training-thread.js';

/** The threads that a trainer begins with: what compiles its model, and the first of those that train it. */
export interface TrainerThreads {
  readonly compiler: Compiler;
  readonly first: TrainingThread;
  /** Ends them both. */
  close(): Promise<void>;
}

/** Starts them; they load what they need before there is anything to do. They are the caller's to close. */
export function startTrainerThreads(): TrainerThreads {
  const compiler = startCompiler();
  const first = startTrainingThread();
  return {
    compiler,
    first,
    async close() {
      await Promise.all([compiler.close(), first.close()]);
    },
  };
}
