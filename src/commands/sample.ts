import type { RunnerThread } from '../engine/runner-thread.js';
import { loadModel, sample as sampleRows } from '../index.js';
import { defined } from './defined.js';
import { type GateFlags, gateError, gateOf } from './gate-flags.js';
import type { Io } from './io.js';
import { type OutputFlags, openOutput } from './open-output.js';
import { reportColumns, reportRelations } from './policies.js';
import type { ReporterFlags } from './reporter.js';
import { requireOneStandardInput } from './require-one-standard-input.js';
import { createSession } from './session.js';
import { whereOf } from './where-flag.js';

/** `rx-augment sample`: what its command line says. */
export interface SampleRequest extends OutputFlags, ReporterFlags, GateFlags {
  readonly count: number;
  /** The folder of a saved model. */
  readonly model: string;
  readonly from?: 'null' | 'prior';
  /** `column=value`, each. */
  readonly where?: readonly string[];
  readonly seed?: number;
  readonly workers?: number;
}

/** Writes new records. */
export async function sample(request: SampleRequest, io: Io, thread?: RunnerThread): Promise<void> {
  const { count, seed, from, workers } = request;
  requireOneStandardInput({ '--gate': request.gate, '--holdout': request.holdout });
  const { reporter, progress, complete, summarise } = createSession(request, io);
  const model = await loadModel(request.model, defined({ workers, thread }));
  const where = request.where === undefined ? undefined : whereOf(request.where, model.codec.schema);
  const output = await openOutput(request, io);
  const gate = gateOf(request, model, io);
  const written = await complete(
    sampleRows(model, count, defined({ seed, from, where, gate: gate?.options })).pipe(progress.output(count), output),
  ).catch((error: unknown) => {
    throw gateError(error, request);
  });
  reportColumns(model, 'null in every record', reporter);
  reportRelations(model, reporter);
  gate?.report(reporter);
  summarise(written);
}
