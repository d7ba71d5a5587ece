import type { RecordBatch } from 'apache-arrow';
import type { OperatorFunction } from 'rxjs';
import type { Engine } from '../engine/engine.js';
import {
  type SparsityOptions,
  type TrainAutoencoderOptions,
  type TrainingEvent,
  type TrainVaeOptions,
  trainAutoencoder,
  trainVae,
} from '../index.js';
import { defined } from './defined.js';
import type { InputFlags } from './open-input.js';
import { UsageError } from './usage-error.js';

/** What the command line says of a training. */
export interface TrainingFlags {
  readonly seed?: number;
  readonly workers?: number;
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly latent?: number;
  readonly hidden?: readonly number[];
  readonly beta?: number;
  readonly klWarmUp?: number;
  readonly learningRate?: number;
  readonly decay?: number;
  readonly target?: string;
  readonly conditions?: readonly string[];
  readonly keepRare?: readonly string[];
  readonly validation?: number;
  readonly patience?: number;
  readonly maxSeconds?: number;
  readonly fidelity?: TrainVaeOptions['fidelity'];
  readonly stopOn?: TrainVaeOptions['stopOn'];
  readonly decoder?: 'autoregressive' | 'factorised';
  readonly likelihood?: 'gaussian' | 'bernoulli' | 'categorical';
  readonly relations?: boolean;
  readonly autoencoder?: boolean;
  readonly sparsity?: SparsityOptions;
  readonly activation?: TrainAutoencoderOptions['activation'];
  readonly singlePass?: boolean;
  readonly warmUp?: number;
  readonly modelEvery?: number;
  readonly onDrift?: 'report' | 'refit';
}

/** The training that the flags stand for, by an engine that is there already or else by one of its own. A UsageError for flags that do not fit each other. */
export function training(flags: TrainingFlags, engine?: Engine): OperatorFunction<RecordBatch, TrainingEvent> {
  const { seed, workers, epochs, latent, hidden, learningRate, target, validation, patience, maxSeconds } = flags;
  const { conditions, keepRare, decay, likelihood, activation, beta, decoder, sparsity, fidelity, stopOn } = flags;
  if (stopOn === 'fidelity' && fidelity !== undefined && fidelity !== 'epoch')
    throw new UsageError(
      `Expected --fidelity epoch with --stop-on fidelity, got ${typeof fidelity === 'object' ? fidelity.seconds : 'off'}`,
    );
  if (stopOn === 'fidelity' && validation === 0)
    throw new UsageError('Expected --validation above 0 with --stop-on fidelity, got 0');
  const shared = {
    engine,
    seed,
    workers,
    epochs,
    batchRows: flags.batchSize,
    latent,
    learningRate,
    decay,
    target,
    conditions,
    keepRare,
    validation,
    patience,
    maxSeconds,
    likelihood,
    activation,
    ...singlePassOf(flags),
  };
  if (flags.autoencoder) {
    return trainAutoencoder(defined({ ...shared, layers: hidden, sparsity }) as TrainAutoencoderOptions);
  }
  const width = hidden?.length === 1 ? hidden[0] : hidden;
  return trainVae(
    defined({
      ...shared,
      hidden: width,
      beta,
      warmUpEpochs: flags.klWarmUp,
      decoder,
      relations: flags.relations,
      fidelity,
      stopOn,
    }) as TrainVaeOptions,
  );
}

/** Rows of a batch in a single pass: few, so that slow input is not waited for. */
const LIVE_ROWS = 256;

/**
 * The flags with what reading needs to know of a single pass: batches are small, and types are inferred from no more rows
 * than the first model is fitted to, so that neither holds up input that comes slowly.
 */
export function readingLive<T extends TrainingFlags & InputFlags>(flags: T): T {
  if (!flags.singlePass) return flags;
  const { inferRows = flags.warmUp ?? WARM_UP_ROWS } = flags;
  return { ...flags, inferRows, batchRows: LIVE_ROWS };
}

/** As the library's default. */
const WARM_UP_ROWS = 5000;

function singlePassOf({ singlePass, warmUp, modelEvery, onDrift }: TrainingFlags): Partial<TrainVaeOptions> {
  if (!singlePass) return {};
  return defined({
    replay: 'none' as const,
    onDrift,
    warmUp: warmUp === undefined ? undefined : { rows: warmUp },
    every: modelEvery === undefined ? undefined : { steps: modelEvery },
  });
}
