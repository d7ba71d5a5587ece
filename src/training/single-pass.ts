import type { RecordBatch } from 'apache-arrow';
import { fitWindow } from './fit-window.js';
import type { SinglePassPlan } from './single-pass-plan.js';
import { startEvent } from './start-event.js';
import type { StreamCourse } from './stream-course.js';
import { createStreamWindow } from './stream-window.js';
import type { TrainingEvent } from './training-event.js';

/**
 * Learns a stream in one pass. A window of rows is gathered first, columns are fitted to it and learning starts with it; from
 * then on every batch is learned as it comes and emitted with the newest model. A stream that ends within the window is
 * trained as any table is.
 *
 * Batches come out in their order, every row once. Where the window ends or a new model begins within a batch, it is emitted
 * in two parts: which model a row gets does not depend on how rows were divided into batches.
 */
export async function* trainSinglePass(
  batches: AsyncIterable<RecordBatch>,
  plan: SinglePassPlan,
): AsyncGenerator<TrainingEvent, void, void> {
  const { options, settings, compare, signal } = plan;
  const window = createStreamWindow(settings.windowRows, options, plan.createFitter);
  let course: StreamCourse | undefined;
  try {
    for await (const batch of batches) {
      if (course !== undefined) {
        yield* course.pass(batch);
        continue;
      }
      const size = Math.min(batch.numRows, window.room);
      await window.add(batch.slice(0, size));
      if (window.room > 0) continue;
      // Not before: programs that only use a model do without.
      const [{ beginEra }, { createStreamCourse }] = await Promise.all([
        import('./stream-era.js'),
        import('./stream-course.js'),
      ]);
      const era = yield* beginEra(window, await fitWindow(window, plan), plan, 0);
      course = createStreamCourse(era, plan, { schema: batch.schema, rows: window.rows });
      for await (const kept of window.batches()) yield { kind: 'batch', batch: kept, model: era.model };
      await window.close();
      if (size < batch.numRows) yield* course.pass(batch.slice(size));
    }
    if (course !== undefined) return yield* course.end();
    const { codec, recipe } = await fitWindow(window, plan);
    yield startEvent(codec, recipe);
    const table = { codec, rows: window.rows, batches: () => window.batches() };
    const { fitModel } = await import('./fit-model.js');
    const model = yield* fitModel(table, recipe, { ...options, compare, signal });
    yield { kind: 'model', model };
    for await (const batch of window.batches()) yield { kind: 'batch', batch, model };
  } finally {
    await window.close();
    await course?.close();
  }
}
