import type { Engine } from '../engine/engine.js';
import { valueText } from '../value-text.js';
import { MOST_BATCH_ROWS } from './most-batch-rows.js';

/** Options of every training; each default suits tables of any size. */
export interface FitOptions {
  /** Seed of everything random; default 0. The same seed and rows give the same model. */
  readonly seed?: number;
  /**
   * Passes over the data; default 25, from 4,000 rows on up to 40 where that makes fewer than 800 steps, fewer where it would exceed
   * 6,000 steps; about 200 steps under 2,000 rows, in at most 50 passes.
   */
  readonly epochs?: number;
  /** Rows of a batch, even, 65,536 at most; default 500, 128 under 4,000 rows, 64 under 2,000. */
  readonly batchRows?: number;
  /** Dimension of the latent space; default 16. */
  readonly latent?: number;
  /** Adam's step size at its peak; default 0.002. */
  readonly learningRate?: number;
  /** Share of the training, its end, over which the step size falls to 0 along a cosine, in [0, 1]; default 1. */
  readonly decay?: number;
  /** Share of the rows that is held out to judge epochs by, in [0, 0.5]; default 0.05. */
  readonly validation?: number;
  /** Epochs without a better result on held-out rows (`stopOn`) after which training stops; default 8. The best weights are kept. */
  readonly patience?: number;
  /**
   * Seconds after the table was read after which training stops, the epoch that runs being the last and cut short; default none. The
   * compiling of the network is among them and never cut short: seconds where there are hundreds of columns. Results then depend
   * on the machine. In [0, 1e9].
   */
  readonly maxSeconds?: number;
  /** Worker threads at most, 1 or more; default what the machine has. Never changes a result. */
  readonly workers?: number;
  /** What trains the model; default the compiled engine. The other is `tensorflowEngine` of `rx-augment/tensorflow`: the same results to rounding, slower. */
  readonly engine?: Engine;
}

/** How a model is trained: what the options come to for a number of rows. Part of a saved model. */
export interface FitSettings {
  readonly seed: number;
  readonly epochs: number;
  readonly batchRows: number;
  /** Weight of the divergence in the loss; 0 for models without one. */
  readonly beta: number;
  /** Epochs over which beta rises linearly from 0. */
  readonly warmUpEpochs: number;
  readonly learningRate: number;
  /** Share of the training over which the step size falls. */
  readonly decay: number;
  readonly validation: number;
  readonly patience: number;
  /** There where not the held-out likelihood or loss judges the epochs. */
  readonly stopOn?: 'fidelity';
}

/** Options that only variational models have. */
export interface DivergenceOptions {
  /** Weight of the divergence in the loss, 0 or more. */
  readonly beta?: number;
  /** Epochs over which beta rises linearly from 0. */
  readonly warmUpEpochs?: number;
  /**
   * What judges the epochs: how well the model does on held-out rows (default), above all their likelihood where it has one, else their loss;
   * or the fidelity, the mean of its two errors.
   */
  readonly stopOn?: 'loss' | 'fidelity';
}

/** Rows from which a table is not small: small ones take narrower networks, smaller batches and fewer steps. */
export const SMALL = 2000;
const SMALL_STEPS = 200;
/** Rows up to which batches are of 128, for steps enough in few passes. */
const MIDDLING = 4000;
const MOST_SMALL_EPOCHS = 50;
const EPOCHS = { least: 25, most: 40, enoughSteps: 800 };
const MOST_STEPS = 6000;
/** Held-out rows below which a validation loss says too little. */
const LEAST_HELD_OUT = 20;

/** Settles the options for a table of `rows` records; RangeError, naming the option, where one is out of range. */
export function settle(options: FitOptions & DivergenceOptions, rows: number, beta: number): FitSettings {
  const validation = options.validation ?? 0.05;
  const heldOut = Math.floor(rows * validation);
  const batchRows = options.batchRows ?? usualBatchRows(rows);
  const stepsAnEpoch = Math.ceil((rows - heldOut) / batchRows);
  const settings: FitSettings = {
    seed: options.seed ?? 0,
    epochs: options.epochs ?? usualEpochs(rows, stepsAnEpoch),
    batchRows,
    beta: options.beta ?? beta,
    warmUpEpochs: options.warmUpEpochs ?? 0,
    learningRate: options.learningRate ?? 0.002,
    decay: options.decay ?? 1,
    validation: options.validation === undefined && heldOut < LEAST_HELD_OUT ? 0 : validation,
    patience: options.patience ?? 8,
    ...(options.stopOn === 'fidelity' ? { stopOn: options.stopOn } : {}),
  };
  check(settings);
  if (options.workers !== undefined) requireWhole('workers', options.workers, 1);
  if (options.maxSeconds !== undefined) requireWithin('maxSeconds', options.maxSeconds, 0, 1e9);
  return settings;
}

/** Passes where none are given. More learn a table by heart rather than better: the likelihood of held-out rows falls again. */
function usualEpochs(rows: number, stepsAnEpoch: number): number {
  if (rows < SMALL) return Math.min(MOST_SMALL_EPOCHS, Math.ceil(SMALL_STEPS / stepsAnEpoch));
  if (rows < MIDDLING) return EPOCHS.least;
  const enough = Math.max(EPOCHS.least, Math.ceil(EPOCHS.enoughSteps / stepsAnEpoch));
  return Math.min(EPOCHS.most, enough, Math.ceil(MOST_STEPS / stepsAnEpoch));
}

/** Rows of a batch where none are given, for a table of so many. */
export function usualBatchRows(rows: number): number {
  if (rows < SMALL) return 64;
  return rows < MIDDLING ? 128 : 500;
}

/** RangeError unless a value is a whole number from `least` to `most`. */
export function requireWhole(name: string, value: number, least: number, most = Number.MAX_SAFE_INTEGER): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  const low = least > Number.MIN_SAFE_INTEGER ? ` of at least ${least}` : '';
  const bound = value > most ? ` of at most ${most}` : low;
  throw new RangeError(`Expected ${name} to be a whole number${bound}, got ${valueText(value)}`);
}

/** RangeError unless a value is in [low, high]; `Number.MAX_VALUE` for any number from `low` on. */
export function requireWithin(name: string, value: number, low: number, high: number): void {
  if (typeof value === 'number' && value >= low && value <= high) return;
  const bounds = high === Number.MAX_VALUE ? `to be ${low} or more` : `in [${low}, ${high}]`;
  throw new RangeError(`Expected ${name} ${bounds}, got ${valueText(value)}`);
}

function check(settings: FitSettings): void {
  requireWhole('seed', settings.seed, Number.MIN_SAFE_INTEGER);
  for (const name of ['epochs', 'patience'] as const) requireWhole(name, settings[name], 1);
  requireWhole('batchRows', settings.batchRows, 2, MOST_BATCH_ROWS);
  requireWhole('warmUpEpochs', settings.warmUpEpochs, 0);
  if (settings.batchRows % 2 !== 0) throw new RangeError(`Expected batchRows to be even, got ${settings.batchRows}`);
  requireWithin('beta', settings.beta, 0, 1000);
  requireWithin('learningRate', settings.learningRate, 1e-9, 1);
  requireWithin('decay', settings.decay, 0, 1);
  requireWithin('validation', settings.validation, 0, 0.5);
}
