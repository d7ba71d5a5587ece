import { setImmediate as macrotask } from 'node:timers/promises';
import type { RecordBatch } from 'apache-arrow';
import type { Codec } from '../columns/codec.js';
import { compiledEngine } from '../engine/compiled.js';
import type { InputArrays, Metrics, Trainer, TrainingStep } from '../engine/engine.js';
import { EngineError } from '../errors.js';
import { tableVaeReference } from '../models/table-vae-reference.js';
import { foldIn, type RandomKey, randomKey } from '../random.js';
import { type CodeTable, createCodeTable } from './code-table.js';
import { type FitOptions, type FitSettings, settle } from './fit-options.js';
import { createFittedModel, type FittedModel } from './fitted-model.js';
import { miniBatch, shuffle } from './mini-batches.js';
import { learningRateAt } from './schedule.js';
import type { EpochEvent, Losses, StepEvent } from './training-event.js';

/** Steps handed to the engine at a time: while it takes them, the next ones are prepared. */
const GROUP = 16;

/** A table to learn from: its codec and its batches, which can be read again. */
export interface TrainingTable {
  readonly codec: Codec;
  readonly rows: number;
  batches(): AsyncIterable<RecordBatch>;
}

/**
 * Fits a table VAE: yields the events of its steps and epochs and returns the model with the averaged weights of the best
 * epoch (the last, where nothing is held out). Throws EngineError when the loss is not finite or a worker fails.
 */
export async function* fitVae(
  table: TrainingTable,
  options: FitOptions = {},
): AsyncGenerator<StepEvent | EpochEvent, FittedModel, void> {
  const { codec, rows } = table;
  const settings = settle(options, rows);
  const key = randomKey(settings.seed);
  const deadline = performance.now() + 1000 * (options.maxSeconds ?? Number.POSITIVE_INFINITY);
  const trainer = await (options.engine ?? compiledEngine).createTrainer({
    model: tableVaeReference({ spans: codec.spans, hidden: settings.hidden, latent: settings.latent }),
    batchRows: settings.batchRows,
    seed: settings.seed,
    ...(options.workers === undefined ? {} : { workers: options.workers }),
  });
  try {
    const codes = createCodeTable(codec.spans.length, rows, key);
    for await (const batch of table.batches()) {
      codes.add(codec.encode(batch));
      await macrotask();
    }
    const { training, heldOut } = await split(codes.table, settings, foldIn(key, 'split'));
    const run = { trainer, table: codes.table, settings, key };
    const epochs: EpochEvent[] = [];
    let best = Number.POSITIVE_INFINITY;
    let bestEpoch = 0;
    let weights: Float32Array | undefined;
    for (let epoch = 1; epoch <= settings.epochs; epoch += 1) {
      const event = yield* runEpoch(run, training, heldOut, epoch);
      epochs.push(event);
      const judged = event.validation?.loss ?? Number.NEGATIVE_INFINITY;
      if (judged < best || event.validation === undefined) {
        best = judged;
        bestEpoch = epoch;
        weights = (await trainer.weights()).average;
      }
      yield event;
      if (epoch - bestEpoch >= settings.patience || performance.now() > deadline) break;
    }
    const graphs = await trainer.exportGraphs(weights ?? new Float32Array());
    return createFittedModel(
      {
        codec,
        graphs,
        training: { rows, settings, bestEpoch, epochs: epochs.map(({ kind: _, ...summary }) => summary) },
      },
      options.workers === undefined ? {} : { workers: options.workers },
    );
  } finally {
    await trainer.close();
  }
}

interface Run {
  readonly trainer: Trainer;
  readonly table: CodeTable;
  readonly settings: FitSettings;
  readonly key: RandomKey;
}

async function* runEpoch(
  run: Run,
  training: Uint32Array,
  heldOut: Uint32Array,
  epoch: number,
): AsyncGenerator<StepEvent, EpochEvent, void> {
  const { trainer, table, settings } = run;
  const { batchRows, latent } = settings;
  const key = foldIn(foldIn(run.key, 'epoch'), epoch);
  await shuffle(training, key);
  const stepsAnEpoch = Math.ceil(training.length / batchRows);
  const steps = stepsAnEpoch * settings.epochs;
  const before = (epoch - 1) * stepsAnEpoch;
  const beta = settings.beta * Math.min(1, epoch / (settings.warmUpEpochs + 1));
  const sum = createMean();
  const rowsOf = (step: number) => training.subarray(step * batchRows, (step + 1) * batchRows);
  const group = (from: number): TrainingStep[] =>
    Array.from({ length: Math.min(GROUP, stepsAnEpoch - from) }, (_, i) => ({
      inputs: miniBatch({ table, rows: rowsOf(from + i), batchRows, latent, beta, key: foldIn(key, from + i) }),
      learningRate: learningRateAt(before + from + i, steps, settings.learningRate),
    }));

  let next = group(0);
  for (let from = 0; from < stepsAnEpoch; from += GROUP) {
    const start = performance.now();
    const taken = trainer.step(next);
    taken.catch(() => undefined);
    next = group(from + GROUP);
    const metrics = await taken;
    const ms = (performance.now() - start) / metrics.length;
    for (const [i, metric] of metrics.entries()) {
      const { length } = rowsOf(from + i);
      const losses = lossesOf(metric, batchRows / length);
      if (!Number.isFinite(losses.loss)) {
        throw new EngineError(
          `Expected a finite loss, got ${losses.loss} in step ${before + from + i + 1}; a lower learning rate may help`,
        );
      }
      sum.add(losses, length);
      yield { kind: 'step', epoch, step: before + from + i + 1, steps, rows: length, ...losses, ms };
    }
  }
  const validation = await validate(run, heldOut);
  return { kind: 'epoch', epoch, training: sum.mean, ...(validation === undefined ? {} : { validation }) };
}

/** The losses of the held-out rows under the averaged weights; the same noise in every epoch, so that epochs compare. */
async function validate(run: Run, heldOut: Uint32Array): Promise<Losses | undefined> {
  const { trainer, table, settings } = run;
  const { batchRows, latent, beta } = settings;
  if (heldOut.length === 0) return undefined;
  const key = foldIn(run.key, 'validation');
  const sum = createMean();
  for (let from = 0; from < heldOut.length; from += GROUP * batchRows) {
    const parts: Uint32Array[] = [];
    const end = Math.min(heldOut.length, from + GROUP * batchRows);
    for (let at = from; at < end; at += batchRows) parts.push(heldOut.subarray(at, Math.min(end, at + batchRows)));
    const batches = parts.map(
      (rows, i): InputArrays => miniBatch({ table, rows, batchRows, latent, beta, key: foldIn(key, from + i) }),
    );
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
  return { heldOut: order.slice(0, heldOut), training: order.slice(heldOut) };
}

function lossesOf(metrics: Metrics, scale: number): Losses {
  const number = (name: string) => (metrics[name]?.[0] ?? Number.NaN) * scale;
  return {
    loss: number('loss'),
    reconstruction: number('reconstruction'),
    divergence: number('divergence'),
    likelihood: number('likelihood'),
  };
}

function createMean(): { add(losses: Losses, rows: number): void; readonly mean: Losses } {
  const total = { loss: 0, reconstruction: 0, divergence: 0, likelihood: 0 };
  let count = 0;
  const names = Object.keys(total) as (keyof Losses)[];
  return {
    add(losses, rows) {
      for (const name of names) total[name] += losses[name] * rows;
      count += rows;
    },
    get mean() {
      return Object.fromEntries(names.map((name) => [name, total[name] / count])) as unknown as Losses;
    },
  };
}
