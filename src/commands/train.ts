import { filter, identity, map, take } from 'rxjs';
import type { Engine } from '../engine/engine.js';
import { requireModelPlace } from '../index.js';
import type { Io } from './io.js';
import { located } from './located.js';
import { type InputFlags, openInput } from './open-input.js';
import { reportColumns, reportKeptBack, reportRelations } from './policies.js';
import type { ReporterFlags } from './reporter.js';
import { requireApart } from './require-apart.js';
import { saving } from './saving.js';
import { readingLive, type TrainingFlags, training } from './training-flags.js';
import { type WatchFlags, watchedSession } from './watched-session.js';

/** `rx-augment train`: what its command line says. */
export interface TrainRequest extends InputFlags, TrainingFlags, ReporterFlags, WatchFlags {
  /** The folder to save the model in. */
  readonly model: string;
}

/** Fits a model to a table and saves it; in a single pass, each model as it comes. */
export async function train(request: TrainRequest, io: Io, engine?: Engine): Promise<void> {
  const { file, model, log } = request;
  requireApart({ '--log': log }, { FILE: file });
  requireApart({ '--model': model }, { FILE: file, '--log': log });
  await watchedSession(request, io, async ({ reporter, progress, complete, summarise }) => {
    await requireModelPlace(request.model);
    const input = await openInput(readingLive(request), io);
    const model = await complete(
      input.batches.pipe(
        progress.input(),
        training(request, engine),
        progress.training(),
        saving(request.model),
        filter((event) => event.kind === 'model'),
        map((event) => event.model),
        request.singlePass ? identity : take(1),
        located(input.name),
      ),
    );
    if (model === undefined) return;
    reportColumns(model, 'copied by augment, null in sample', reporter);
    reportKeptBack(model, reporter);
    reportRelations(model, reporter);
    reporter.note(`saved to ${request.model}`, { event: 'saved', directory: request.model });
    summarise();
  });
}
