import { filter, map, take } from 'rxjs';
import { requireModelPlace, saveModel } from '../index.js';
import type { Io } from './io.js';
import { located } from './located.js';
import { type InputFlags, openInput } from './open-input.js';
import { reportColumns } from './policies.js';
import type { ReporterFlags } from './reporter.js';
import { type TrainingFlags, training } from './training-flags.js';
import { type WatchFlags, watchedSession } from './watched-session.js';

/** `rx-augment train`: what its command line says. */
export interface TrainRequest extends InputFlags, TrainingFlags, ReporterFlags, WatchFlags {
  /** The folder to save the model in. */
  readonly model: string;
}

/** Fits a model to a table and saves it. */
export function train(request: TrainRequest, io: Io): Promise<void> {
  return watchedSession(request, io, async ({ reporter, progress, complete, summarise }) => {
    await requireModelPlace(request.model);
    const input = await openInput(request, io);
    const model = await complete(
      input.batches.pipe(
        progress.input(),
        training(request),
        progress.training(),
        filter((event) => event.kind === 'model'),
        map((event) => event.model),
        take(1),
        located(input.name),
      ),
    );
    if (model === undefined) return;
    await saveModel(model, request.model);
    reportColumns(model, 'copied by augment, null in sample', reporter);
    reporter.note(`saved to ${request.model}`, { event: 'saved', directory: request.model });
    summarise();
  });
}
