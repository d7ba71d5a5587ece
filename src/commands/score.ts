import type { RunnerThread } from '../engine/runner-thread.js';
import { loadModel, score as scoreRows } from '../index.js';
import { defined } from './defined.js';
import type { Io } from './io.js';
import { located } from './located.js';
import { type InputFlags, openInput } from './open-input.js';
import { type OutputFlags, openOutput } from './open-output.js';
import { createUnseenCounter } from './policies.js';
import type { ReporterFlags } from './reporter.js';
import { createSession } from './session.js';

/** `rx-augment score`: what its command line says. */
export interface ScoreRequest extends InputFlags, OutputFlags, ReporterFlags {
  /** The folder of a saved model. */
  readonly model: string;
  readonly samples?: number;
  readonly seed?: number;
  readonly workers?: number;
}

/** Writes how unusual each record is to a model. */
export async function score(request: ScoreRequest, io: Io, thread?: RunnerThread): Promise<void> {
  const { samples, seed, workers } = request;
  const { reporter, progress, complete, summarise } = createSession(request, io);
  const { onUnseen, report } = createUnseenCounter();
  const model = await loadModel(request.model, defined({ workers, thread }));
  const output = await openOutput(request, io);
  const columns = { schema: model.codec.schema, origin: `the model ${request.model}` };
  const { batches, name } = await openInput(request, io, columns);
  const written = await complete(
    batches.pipe(
      progress.input(),
      scoreRows({ model, onUnseen, ...defined({ samples, seed }) }),
      located(name),
      progress.output(),
      output,
    ),
  );
  report(reporter, model.codec);
  summarise(written);
}
