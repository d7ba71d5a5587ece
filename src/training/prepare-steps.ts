import type { TrainingStep } from '../engine/engine.js';
import { pace } from '../pace.js';

/** Steps handed to the engine at a time: while it takes them, the next ones can be prepared. */
export const GROUP = 16;

/** Prepares `count` steps, each told its number from 0; lets the event loop take its turns. */
export async function prepareSteps(count: number, prepare: (step: number) => TrainingStep): Promise<TrainingStep[]> {
  const steps: TrainingStep[] = [];
  for (let step = 0; step < count; step += 1) {
    await pace();
    steps.push(prepare(step));
  }
  return steps;
}
