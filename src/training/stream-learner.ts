import type { RecordBatch } from 'apache-arrow';
import { rowsInTurn } from '../batches/rows-in-turn.js';
import { slicesInTurns } from '../batches/slices-in-turns.js';
import type { Codec } from '../columns/codec.js';
import type { Metrics } from '../engine/engine.js';
import { foldIn, randomKey } from '../random.js';
import type { FitOptions } from './fit-options.js';
import { createFittedModel, type FittedModel } from './fitted-model.js';
import { lossesOf } from './losses-of.js';
import { createMeanActivity } from './mean-activity.js';
import { createMeanLosses } from './mean-losses.js';
import { shuffle } from './mini-batches.js';
import { objectiveInputs } from './objective-inputs.js';
import { GROUP, prepareSteps } from './prepare-steps.js';
import { createRecentRows } from './recent-rows.js';
import type { Recipe } from './recipe.js';
import { requireFinite } from './require-finite.js';
import { learningRateAt } from './schedule.js';
import type { SinglePassSettings } from './single-pass-options.js';
import type { StepEvent } from './training-progress.js';

/** Learns from rows as they come; close it on every path. */
export interface StreamLearner {
  readonly codec: Codec;
  /** New rows of a step's worth. */
  readonly batchRows: number;
  /** Steps taken, those before it included. */
  readonly steps: number;
  /** Steps taken since the last model. */
  readonly stepsSinceModel: number;
  /** Learns a window of rows in several passes. */
  start(window: AsyncIterable<RecordBatch>): AsyncGenerator<StepEvent, void, void>;
  /** Learns at most `batchRows` new rows. */
  learn(batch: RecordBatch): AsyncGenerator<StepEvent, void, void>;
  /** The model with the averaged weights of now. */
  model(): Promise<FittedModel>;
  close(): Promise<void>;
}

/** What a learner is made of. */
export interface StreamLearnerParts {
  readonly codec: Codec;
  readonly recipe: Recipe;
  readonly settings: SinglePassSettings;
  /** Steps of the stream that were taken before, by other learners. */
  readonly stepsBefore: number;
  readonly options: Pick<FitOptions, 'epochs' | 'workers' | 'engine'>;
  /** Ends the making of the learner, and its start until the first step, with its reason. */
  readonly signal: AbortSignal;
}

/** Steps on the window that a learner starts with, in whole passes: fewer leave relations of columns unlearned. */
const START_STEPS = 200;
const LEAST_PASSES = 4;

/** Of the running average of the weights: about the last 500 steps, as the step size does not fall in the end. */
const AVERAGE_DECAY = 0.998;

/**
 * A learner with a memory of the stream's last rows. Each step learns a full mini-batch: some new rows, each of which has
 * its turn in one step, and for the rest recent ones, drawn anew for every step (Robins, "Catastrophic forgetting,
 * rehearsal and pseudorehearsal", 1995). The step size rises over 100 steps and then stays, as nobody knows when the stream
 * will end. What a step learns follows from the seed and the order of the rows. EngineError as `fitModel`.
 */
export async function createStreamLearner(parts: StreamLearnerParts): Promise<StreamLearner> {
  const { codec, recipe, settings, options, signal } = parts;
  const { settings: fit, network } = recipe;
  const { batchRows } = fit;
  const key = foldIn(randomKey(fit.seed), 'stream');
  const workers = options.workers === undefined ? {} : { workers: options.workers };
  const engine = options.engine ?? (await import('../engine/compiled.js')).compiledEngine;
  const trainer = await engine.createTrainer({
    model: recipe.model,
    batchRows,
    seed: fit.seed,
    averageDecay: AVERAGE_DECAY,
    signal,
    ...workers,
  });
  const recent = createRecentRows(codec, { rows: settings.recentRows, leastRows: batchRows });
  let steps = 0;
  let rows = 0;
  let stepsSinceModel = 0;
  let losses = createMeanLosses();
  let activity = createMeanActivity(recipe);
  let epoch = 1;

  async function* take(batches: readonly Uint32Array[], beta: number): AsyncGenerator<StepEvent, void, void> {
    for (let from = 0; from < batches.length; from += GROUP) {
      const group = batches.slice(from, from + GROUP);
      const start = performance.now();
      const metrics = await trainer.step(
        await prepareSteps(group.length, (i) => ({
          inputs: objectiveInputs(
            { table: recent.table, recipe },
            group[i] as Uint32Array,
            beta,
            foldIn(foldIn(key, 'step'), parts.stepsBefore + steps + i),
          ),
          learningRate: learningRateAt(steps + i, Number.POSITIVE_INFINITY, fit.learningRate, 0),
        })),
      );
      const ms = (performance.now() - start) / group.length;
      for (const [i, places] of group.entries()) {
        const scale = batchRows / places.length;
        steps += 1;
        stepsSinceModel += 1;
        const step = parts.stepsBefore + steps;
        const lost = requireFinite(lossesOf(metrics[i] as Metrics, scale), `step ${step}`);
        losses.add(lost, places.length);
        const sparsity = activity.add(metrics[i] as Metrics, scale, places.length);
        yield { kind: 'step', epoch, step, rows: places.length, ...lost, ...sparsity, ms };
      }
    }
  }

  return {
    codec,
    batchRows,
    get steps() {
      return parts.stepsBefore + steps;
    },
    get stepsSinceModel() {
      return stepsSinceModel;
    },
    async *start(window) {
      for await (const batch of window) {
        for await (const part of slicesInTurns(batch, rowsInTurn(codec.width))) {
          signal.throwIfAborted();
          recent.add(codec.encode(part));
        }
        rows += batch.numRows;
      }
      const order = Uint32Array.from({ length: recent.table.rows }, (_, i) => i);
      const size = Math.max(1, Math.floor(order.length / batchRows));
      const passes = options.epochs ?? Math.max(LEAST_PASSES, Math.ceil(START_STEPS / size));
      for (; epoch <= passes; epoch += 1) {
        await shuffle(order, foldIn(foldIn(key, 'pass'), parts.stepsBefore + steps));
        const beta = fit.beta * Math.min(1, epoch / (fit.warmUpEpochs + 1));
        const batchOf = (_: unknown, step: number) => order.slice(step * batchRows, (step + 1) * batchRows);
        yield* take(Array.from({ length: size }, batchOf), beta);
      }
    },
    async *learn(batch) {
      const fresh = recent.add(codec.encode(batch));
      rows += batch.numRows;
      const visits = Math.ceil((settings.visits * batch.numRows) / batchRows);
      const batches: Uint32Array[] = [];
      for (let visit = 0; visit < visits; visit += 1) {
        const own = fresh.subarray(
          Math.floor((visit * fresh.length) / visits),
          Math.floor(((visit + 1) * fresh.length) / visits),
        );
        const stepKey = foldIn(foldIn(key, 'draw'), parts.stepsBefore + steps + visit);
        const places = new Uint32Array(batchRows);
        places.set(own);
        places.set(recent.draw(batchRows - own.length, stepKey), own.length);
        await shuffle(places, stepKey);
        batches.push(places);
      }
      yield* take(batches, fit.beta);
    },
    async model() {
      const graphs = await trainer.exportGraphs((await trainer.weights()).average);
      const summary = { epoch, training: losses.mean, ...activity.mean };
      losses = createMeanLosses();
      activity = createMeanActivity(recipe);
      stepsSinceModel = 0;
      return createFittedModel(
        {
          codec,
          graphs,
          training: { rows, settings: { ...fit, epochs: epoch - 1 }, network, bestEpoch: epoch, epochs: [summary] },
        },
        workers,
      );
    },
    close: () => trainer.close(),
  };
}
