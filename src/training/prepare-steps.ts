import { setImmediate as macrotask } from 'node:timers/promises';
import type { TrainingStep } from '../engine/engine.js';

/** Steps handed to the engine at a time: while it takes them, the next ones can be prepared. */
export const GROUP = 16;

/** Steps prepared between turns of the event loop: some milliseconds. */
const PREPARED = 4;

/** Prepares `count` steps, each told its number from 0; lets the event loop take its turns. */
export async function prepareSteps(count: number, prepare: (step: number) => TrainingStep): Promise<TrainingStep[]> {
  const steps: TrainingStep[] = [];
  for (let step = 0; step < count; step += 1) {
    steps.push(prepare(step));
    if (steps.length % PREPARED === 0) await macrotask();
  }
  return steps;
}
