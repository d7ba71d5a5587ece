import type { RecordBatch } from 'apache-arrow';
import { identity, type MonoTypeOperatorFunction, type Observable, tap } from 'rxjs';
import { nameList } from '../batches/name-list.js';
import type { Engine } from '../engine/engine.js';
import type { RunnerThread } from '../engine/runner-thread.js';
import {
  augment as augmentRows,
  type FittedModel,
  loadModel,
  requireModelPlace,
  SchemaMismatchError,
  type TrainingEvent,
} from '../index.js';
import { defined } from './defined.js';
import type { Io } from './io.js';
import { located } from './located.js';
import { type InputFlags, openInput } from './open-input.js';
import { type OutputFlags, openOutput } from './open-output.js';
import { createUnseenCounter, reportColumns, reportNearness, reportRelations } from './policies.js';
import type { Progress } from './progress.js';
import type { ReporterFlags } from './reporter.js';
import { requireApart } from './require-apart.js';
import { saving } from './saving.js';
import type { Session } from './session.js';
import { readingLive, type TrainingFlags, training } from './training-flags.js';
import { UsageError } from './usage-error.js';
import { type WatchFlags, watchedSession } from './watched-session.js';

/** `rx-augment augment`: what its command line says. */
export interface AugmentRequest extends InputFlags, OutputFlags, TrainingFlags, ReporterFlags, WatchFlags {
  readonly copies: number;
  /** The folder of a saved model; without one, a model is fitted to the input first. */
  readonly model?: string;
  /** Where to save the model that is fitted to the input. */
  readonly saveModel?: string;
  readonly temperature?: number;
  readonly interpolate?: number;
  /** A column whose values are to have as many records each. */
  readonly balance?: string;
  readonly onlyVariants?: boolean;
}

/** What was started before the command was loaded: an engine for a training, or a thread for a saved model. */
export interface Started {
  readonly engine?: Engine;
  readonly thread?: RunnerThread;
}

/** Writes each record and its variants: in one pass with a saved model, else after a training on the input. */
export async function augment(request: AugmentRequest, io: Io, started: Started = {}): Promise<void> {
  const { copies, balance, file, output, saveModel, log } = request;
  if (copies === 0 && balance === undefined)
    throw new UsageError('Expected K to be at least 1 without --balance, got 0');
  requireApart({ '--log': log }, { FILE: file, '-o': output });
  requireApart({ '--save-model': saveModel }, { FILE: file, '-o': output, '--log': log });
  await watchedSession(request, io, (session) => augmentIn(session, request, io, started));
}

async function augmentIn(
  session: Session,
  request: AugmentRequest,
  io: Io,
  { engine, thread }: Started,
): Promise<void> {
  const { copies, seed, temperature, interpolate, balance, onlyVariants = false } = request;
  const { reporter, progress, complete, summarise } = session;
  const { onUnseen, report } = createUnseenCounter();
  const saved =
    request.model === undefined
      ? undefined
      : await loadModel(request.model, defined({ workers: request.workers, thread }));
  const output = await openOutput(request, io);
  const { records, name } =
    saved === undefined
      ? await openTraining(request, io, progress, engine)
      : await openRecords(request, io, progress, saved);
  let used = saved;
  const written = await complete(
    records.pipe(
      tap((value) => {
        if ('kind' in value && value.kind === 'model') used = value.model;
      }),
      augmentRows(copies, {
        ...defined({ seed, temperature, interpolate, balance, model: saved }),
        originals: !onlyVariants,
        onUnseen,
      }),
      located(name),
      progress.output(),
      output,
    ),
  );
  if (used !== undefined) {
    reportColumns(used, 'copied from each record', reporter);
    reportRelations(used, reporter);
    reportNearness(used, reporter);
    report(reporter, used.codec);
  }
  summarise(written);
}

interface Records {
  readonly records: Observable<RecordBatch | TrainingEvent>;
  readonly name: string;
}

/** The input's batches for a saved model. */
async function openRecords(request: AugmentRequest, io: Io, progress: Progress, saved: FittedModel): Promise<Records> {
  const columns = { schema: saved.codec.schema, origin: `the model ${request.model}` };
  const { batches, name } = await openInput(request, io, columns);
  return { records: batches.pipe(progress.input()), name };
}

/** A SchemaMismatchError where a column to balance is not there: it would be known only after the training. */
function requireColumn(name: string | undefined): MonoTypeOperatorFunction<RecordBatch> {
  if (name === undefined) return identity;
  return tap(({ schema }) => {
    if (schema.fields.some((field) => field.name === name)) return;
    const names = nameList(schema.fields.map((field) => field.name));
    throw new SchemaMismatchError(`Expected --balance to be one of the columns ${names}, got \`${name}\``, name);
  });
}

/** The events of a training on the input. */
async function openTraining(
  request: AugmentRequest,
  io: Io,
  progress: Progress,
  engine: Engine | undefined,
): Promise<Records> {
  const { saveModel: place, balance } = request;
  const learning = training(request, engine);
  if (place !== undefined) await requireModelPlace(place);
  const { batches, name } = await openInput(readingLive(request), io);
  const events = batches.pipe(progress.input(), requireColumn(balance), learning, progress.training());
  return { records: place === undefined ? events : events.pipe(saving(place)), name };
}
