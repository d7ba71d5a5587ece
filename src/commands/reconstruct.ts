import type { RunnerThread } from '../engine/runner-thread.js';
import { loadModel, reconstruct as reconstructRows } from '../index.js';
import { defined } from './defined.js';
import type { Io } from './io.js';
import { located } from './located.js';
import { type InputFlags, openInput } from './open-input.js';
import { type OutputFlags, openOutput } from './open-output.js';
import { createUnseenCounter } from './policies.js';
import type { ReporterFlags } from './reporter.js';
import { createSession } from './session.js';

/** `rx-augment reconstruct`: what its command line says. */
export interface ReconstructRequest extends InputFlags, OutputFlags, ReporterFlags {
  /** The folder of a saved model. */
  readonly model: string;
  readonly workers?: number;
}

/** Writes what a model makes of each record. */
export async function reconstruct(request: ReconstructRequest, io: Io, thread?: RunnerThread): Promise<void> {
  const { reporter, progress, complete, summarise } = createSession(request, io);
  const { onUnseen, report } = createUnseenCounter();
  const model = await loadModel(request.model, defined({ workers: request.workers, thread }));
  const output = await openOutput(request, io);
  const columns = { schema: model.codec.schema, origin: `the model ${request.model}` };
  const { batches, name } = await openInput(request, io, columns);
  const written = await complete(
    batches.pipe(progress.input(), reconstructRows({ model, onUnseen }), located(name), progress.output(), output),
  );
  report(reporter, model.codec);
  summarise(written);
}
