import { rowsInTurn } from '../batches/rows-in-turn.js';
import { slicesInTurns } from '../batches/slices-in-turns.js';
import type { Codec } from '../columns/codec.js';
import { type CodeCounts, countCodes } from '../columns/count-codes.js';
import { createDriftMonitor, type DriftMonitor } from './drift-monitor.js';
import type { FittedWindow } from './fit-window.js';
import type { FittedModel } from './fitted-model.js';
import type { SinglePassPlan } from './single-pass-plan.js';
import { startEvent } from './start-event.js';
import { createStreamLearner, type StreamLearner } from './stream-learner.js';
import type { StreamWindow } from './stream-window.js';
import type { ModelEvent, StartEvent } from './training-event.js';
import type { StepEvent } from './training-progress.js';

/** The time of a stream in which its columns are coded in one way. */
export interface StreamEra {
  readonly learner: StreamLearner;
  readonly monitor: DriftMonitor;
  /** The newest model. */
  readonly model: FittedModel;
}

/**
 * Begins an era with a window of rows: says so, learns it in several passes and emits the first model. Steps are counted from
 * `stepsBefore` on. The learner is the caller's to close, but for errors and an early return.
 */
export async function* beginEra(
  window: StreamWindow,
  { codec, recipe }: FittedWindow,
  { options, settings, signal }: SinglePassPlan,
  stepsBefore: number,
): AsyncGenerator<StartEvent | StepEvent | ModelEvent, StreamEra, void> {
  yield startEvent(codec, recipe);
  const { batchRows } = recipe.settings;
  const windowBatches = Math.max(1, Math.floor(settings.windowRows / batchRows));
  const reference = await countsOf(codec, window, signal);
  const monitor = createDriftMonitor(reference, { windowBatches, threshold: settings.driftThreshold });
  const learner = await createStreamLearner({ codec, recipe, settings, stepsBefore, options, signal });
  let begun = false;
  try {
    yield* learner.start(window.batches());
    const model = await learner.model();
    yield { kind: 'model', model };
    begun = true;
    return { learner, monitor, model };
  } finally {
    if (!begun) await learner.close();
  }
}

async function countsOf(codec: Codec, window: StreamWindow, signal: AbortSignal): Promise<CodeCounts[]> {
  let sum: CodeCounts[] = [];
  for await (const batch of window.batches()) {
    for await (const rows of slicesInTurns(batch, rowsInTurn(codec.columns.length))) {
      signal.throwIfAborted();
      const counts = countCodes(codec, rows);
      sum = counts.map((column, place) => ({
        ...column,
        cells: column.cells.map((count, cell) => count + (sum[place]?.cells[cell] ?? 0)),
      }));
    }
  }
  return sum;
}
