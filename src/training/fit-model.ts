import type { RecordBatch } from 'apache-arrow';
import { rowsInTurn } from '../batches/rows-in-turn.js';
import { slicesInTurns } from '../batches/slices-in-turns.js';
import type { Codec } from '../columns/codec.js';
import { createRelationFinder } from '../columns/relation-finder.js';
import type { Metrics, Trainer, TrainingStep } from '../engine/engine.js';
import { foldIn, type RandomKey, randomKey } from '../random.js';
import { type CodeTable, createCodeTable } from './code-table.js';
import type { FidelityOptions } from './fidelity-options.js';
import { type CompareRecords, createFidelityProbe } from './fidelity-probe.js';
import type { FitOptions, FitSettings } from './fit-options.js';
import { createFittedModel, type FittedModel } from './fitted-model.js';
import { judge } from './judge.js';
import { lossesOf } from './losses-of.js';
import { createMeanActivity } from './mean-activity.js';
import { createMeanLosses } from './mean-losses.js';
import { shuffle } from './mini-batches.js';
import { objectiveInputs } from './objective-inputs.js';
import { GROUP, prepareSteps } from './prepare-steps.js';
import type { Recipe } from './recipe.js';
import { requireFinite } from './require-finite.js';
import { learningRateAt } from './schedule.js';
import type { EpochEvent, Losses, StepEvent } from './training-progress.js';

/** A table to learn from: its codec and its batches, which can be read again. */
export interface TrainingTable {
  readonly codec: Codec;
  readonly rows: number;
  batches(): AsyncIterable<RecordBatch>;
}

/**
 * Trains the recipe's model on a table: yields the events of its steps and epochs and returns the model with the averaged
 * weights of the best epoch (the last, where nothing is held out). Without `compare` fidelity is not measured. Throws
 * EngineError when a loss is not finite or a worker fails, and the reason of `signal` where it aborts while the table is
 * encoded and the engine starts; later, the generator is returned.
 */
export async function* fitModel(
  table: TrainingTable,
  recipe: Recipe,
  options: Pick<FitOptions, 'maxSeconds' | 'workers' | 'engine'> &
    Pick<FidelityOptions, 'fidelity'> & {
      readonly compare?: CompareRecords;
      /** Whether the model's codec keeps relations between columns; default true. */
      readonly relations?: boolean;
      readonly signal?: AbortSignal;
    } = {},
): AsyncGenerator<StepEvent | EpochEvent, FittedModel, void> {
  const { rows } = table;
  const { settings, network } = recipe;
  const key = randomKey(settings.seed);
  const deadline = performance.now() + 1000 * (options.maxSeconds ?? Number.POSITIVE_INFINITY);
  const engine = options.engine ?? (await import('../engine/compiled.js')).compiledEngine;
  const starting = engine.createTrainer({
    model: recipe.model,
    batchRows: settings.batchRows,
    seed: settings.seed,
    ...(options.workers === undefined ? {} : { workers: options.workers }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  // The table is encoded while the engine compiles; what goes wrong there ends that, and is thrown below.
  let failed = false;
  starting.catch(() => {
    failed = true;
  });
  try {
    const stopped = () => failed || options.signal?.aborted === true;
    const { values, codec } = await encode(table, { key, relations: options.relations ?? true, stopped });
    options.signal?.throwIfAborted();
    const trainer = await starting;
    const { training, heldOut } = await split(values, settings, foldIn(key, 'split'));
    const run = { trainer, table: values, recipe, key, deadline };
    const { fidelity, compare } = options;
    const measured = { ...run, codec, heldOut, compare, ...(fidelity === undefined ? {} : { fidelity }) };
    const probe = createFidelityProbe(measured);
    const epochs: EpochEvent[] = [];
    let best = Number.POSITIVE_INFINITY;
    let bestEpoch = 0;
    let weights: Float32Array | undefined;
    for (let epoch = 1; epoch <= settings.epochs; epoch += 1) {
      const losses = yield* runEpoch(run, training, heldOut, epoch);
      const event = { ...losses, ...(await probe.after(training.length)) };
      epochs.push(event);
      const judged = judge(event, settings.stopOn);
      if (judged === undefined || judged < best) {
        best = judged ?? best;
        bestEpoch = epoch;
        weights = (await trainer.weights()).average;
      }
      yield event;
      if (epoch - bestEpoch >= settings.patience || performance.now() > deadline) break;
    }
    const graphs = await trainer.exportGraphs(weights ?? new Float32Array());
    const summaries = epochs.map(({ kind: _, ...summary }) => summary);
    return createFittedModel(
      { codec, graphs, training: { rows, settings, network, bestEpoch, epochs: summaries } },
      options.workers === undefined ? {} : { workers: options.workers },
    );
  } finally {
    await starting.then(
      (trainer) => trainer.close(),
      () => undefined,
    );
  }
}

/** Rows among which dependencies are looked for at a time. */
const FINDER_ROWS = 4096;

/** The table in numbers, and its codec with the dependencies that its columns turn out to have. */
async function encode(
  table: TrainingTable,
  { key, relations, stopped }: { readonly key: RandomKey; readonly relations: boolean; stopped(): boolean },
): Promise<{ readonly values: CodeTable; readonly codec: Codec }> {
  const { codec, rows } = table;
  const values = createCodeTable(codec, rows, key);
  const finder = relations ? createRelationFinder(codec) : undefined;
  for await (const batch of table.batches()) {
    for await (const rows of slicesInTurns(batch, rowsInTurn(codec.width))) {
      if (stopped()) return { values: values.table, codec };
      values.add(codec.encode(rows));
    }
    if (finder === undefined) continue;
    for await (const rows of slicesInTurns(batch, FINDER_ROWS)) {
      if (stopped()) return { values: values.table, codec };
      await finder.add(rows);
    }
  }
  return { values: values.table, codec: finder === undefined ? codec : codec.withRelations(await finder.finish()) };
}

interface Run {
  readonly trainer: Trainer;
  readonly table: CodeTable;
  readonly recipe: Recipe;
  readonly key: RandomKey;
  /** When to stop, as `performance.now()` has it. */
  readonly deadline: number;
}

async function* runEpoch(
  run: Run,
  training: Uint32Array,
  heldOut: Uint32Array,
  epoch: number,
): AsyncGenerator<StepEvent, EpochEvent, void> {
  const { trainer } = run;
  const { settings } = run.recipe;
  const { batchRows } = settings;
  const key = foldIn(foldIn(run.key, 'epoch'), epoch);
  await shuffle(training, key);
  const stepsAnEpoch = Math.ceil(training.length / batchRows);
  const steps = stepsAnEpoch * settings.epochs;
  const before = (epoch - 1) * stepsAnEpoch;
  const beta = settings.beta * Math.min(1, epoch / (settings.warmUpEpochs + 1));
  const sum = createMeanLosses();
  const activity = createMeanActivity(run.recipe);
  const rowsOf = (step: number) => training.subarray(step * batchRows, (step + 1) * batchRows);
  const group = (from: number): Promise<TrainingStep[]> =>
    prepareSteps(Math.max(0, Math.min(GROUP, stepsAnEpoch - from)), (i) => ({
      inputs: objectiveInputs(run, rowsOf(from + i), beta, foldIn(key, from + i)),
      learningRate: learningRateAt(before + from + i, steps, settings.learningRate, settings.decay),
    }));

  const take = (prepared: TrainingStep[]) => {
    const taken = trainer.step(prepared);
    taken.catch(() => undefined);
    return taken;
  };
  let start = performance.now();
  let taken = take(await group(0));
  for (let from = 0; from < stepsAnEpoch; from += GROUP) {
    // The next steps wait for these at the engine, not for those who are told of them.
    const prepared = await group(from + GROUP);
    const inTime = performance.now() <= run.deadline;
    const following = prepared.length > 0 && inTime ? take(prepared) : undefined;
    const metrics = await taken;
    const ms = (performance.now() - start) / metrics.length;
    start = performance.now();
    for (const [i, metric] of metrics.entries()) {
      const { length } = rowsOf(from + i);
      const losses = requireFinite(lossesOf(metric, batchRows / length), `step ${before + from + i + 1}`);
      sum.add(losses, length);
      const sparsity = activity.add(metric, batchRows / length, length);
      const step = before + from + i + 1;
      yield { kind: 'step', epoch, step, steps, rows: length, ...losses, ...sparsity, ms };
    }
    if (following === undefined) break;
    taken = following;
  }
  const validation = await validate(run, heldOut);
  return {
    kind: 'epoch',
    epoch,
    training: sum.mean,
    ...(validation === undefined ? {} : { validation: requireFinite(validation, `epoch ${epoch} on held-out rows`) }),
    ...activity.mean,
  };
}

/** The losses of the held-out rows under the averaged weights; the same noise in every epoch, so that epochs compare. */
async function validate(run: Run, heldOut: Uint32Array): Promise<Losses | undefined> {
  const { trainer } = run;
  const { batchRows, beta } = run.recipe.settings;
  if (heldOut.length === 0) return undefined;
  const key = foldIn(run.key, 'validation');
  const sum = createMeanLosses();
  for (let from = 0; from < heldOut.length; from += GROUP * batchRows) {
    const parts: Uint32Array[] = [];
    const end = Math.min(heldOut.length, from + GROUP * batchRows);
    for (let at = from; at < end; at += batchRows) parts.push(heldOut.subarray(at, Math.min(end, at + batchRows)));
    const batches = parts.map((rows, i) => objectiveInputs(run, rows, beta, foldIn(key, from + i)));
    const metrics = await trainer.evaluate(batches);
    for (const [i, rows] of parts.entries()) {
      sum.add(lossesOf(metrics[i] as Metrics, batchRows / rows.length), rows.length);
    }
  }
  return sum.mean;
}

async function split(
  table: CodeTable,
  { validation }: FitSettings,
  key: RandomKey,
): Promise<{ training: Uint32Array; heldOut: Uint32Array }> {
  const order = Uint32Array.from({ length: table.rows }, (_, i) => i);
  await shuffle(order, key);
  const heldOut = Math.floor(table.rows * validation);
  return { heldOut: order.subarray(0, heldOut), training: order.subarray(heldOut) };
}
