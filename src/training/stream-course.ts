import type { RecordBatch, Schema } from 'apache-arrow';
import { concat } from '../batches/concat.js';
import { requireSameSchema } from '../batches/require-same-schema.js';
import { countCodes } from '../columns/count-codes.js';
import { pace } from '../pace.js';
import { fitWindow } from './fit-window.js';
import type { SinglePassPlan } from './single-pass-plan.js';
import { beginEra, type StreamEra } from './stream-era.js';
import { createStreamWindow, type StreamWindow } from './stream-window.js';
import type { DriftEvent, TrainingEvent } from './training-event.js';

/** A stream from the end of its first window on. */
export interface StreamCourse {
  /** Learns a batch and emits it. SchemaMismatchError for other columns than the stream's. */
  pass(batch: RecordBatch): AsyncGenerator<TrainingEvent, void, void>;
  /** Learns what is left and emits the last model. */
  end(): AsyncGenerator<TrainingEvent, void, void>;
  close(): Promise<void>;
}

/** The course of a stream of the given schema, `rows` rows of which began the first era. */
export function createStreamCourse(
  first: StreamEra,
  plan: SinglePassPlan,
  { schema, rows: rowsBefore }: { readonly schema: Schema; readonly rows: number },
): StreamCourse {
  const { settings, options } = plan;
  let era = first;
  let rows = rowsBefore;
  let pending: RecordBatch[] = [];
  /** Where rows are gathered after a drift, to begin anew from. */
  let next: { readonly window: StreamWindow; readonly drift: DriftEvent } | undefined;
  const createWindow = () => createStreamWindow(settings.windowRows, options, plan.createFitter);
  const pendingRows = () => pending.reduce((sum, { numRows }) => sum + numRows, 0);

  /** Learns the rows that are pending; the drift, where there is one. */
  async function* learn(): AsyncGenerator<TrainingEvent, void, void> {
    const batch = concat(pending);
    pending = [];
    await pace();
    yield* era.learner.learn(batch);
    await next?.window.add(batch.slice(0, Math.min(batch.numRows, next.window.room)));
    await pace();
    const found = era.monitor.add(countCodes(era.learner.codec, batch));
    if (found === undefined) return;
    const drift: DriftEvent = { kind: 'drift', rows, window: found.rows, columns: found.columns };
    if (settings.refit) next ??= { window: createWindow(), drift };
    yield drift;
  }

  /** Begins anew from a window of rows; where they cannot be learned, such as a target that is constant, from the next one. */
  async function* renew({ window, drift }: NonNullable<typeof next>): AsyncGenerator<TrainingEvent, void, void> {
    const fitted = await fitWindow(window, plan).catch((error: unknown) => {
      if (error instanceof RangeError) return error;
      throw error;
    });
    if (fitted instanceof RangeError) {
      await window.close();
      next = { window: createWindow(), drift };
      yield { ...drift, rows, unfit: fitted.message };
      return;
    }
    await era.learner.close();
    era = yield* beginEra(window, fitted, plan, era.learner.steps);
    await window.close();
    next = undefined;
  }

  async function* newModel(): AsyncGenerator<TrainingEvent, void, void> {
    const model = await era.learner.model();
    era = { ...era, model };
    yield { kind: 'model', model };
  }

  return {
    async *pass(batch) {
      requireSameSchema(schema, batch.schema, 'Expected the columns of the first batch');
      let emitted = 0;
      for (let at = 0; at < batch.numRows; ) {
        const from = at;
        at = Math.min(batch.numRows, from + era.learner.batchRows - pendingRows());
        pending.push(batch.slice(from, at));
        rows += at - from;
        if (pendingRows() < era.learner.batchRows) break;
        yield* learn();
        const due = next?.window.room === 0 ? next : undefined;
        if (due === undefined && era.learner.stepsSinceModel < settings.modelSteps) continue;
        yield { kind: 'batch', batch: batch.slice(emitted, at), model: era.model };
        emitted = at;
        yield* due === undefined ? newModel() : renew(due);
      }
      if (emitted === 0) yield { kind: 'batch', batch, model: era.model };
      else if (emitted < batch.numRows) yield { kind: 'batch', batch: batch.slice(emitted), model: era.model };
    },
    async *end() {
      if (pending.length > 0) yield* learn();
      if (era.learner.stepsSinceModel > 0) yield* newModel();
    },
    async close() {
      await era.learner.close();
      await next?.window.close();
    },
  };
}
