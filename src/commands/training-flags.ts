import type { TrainVaeOptions } from '../index.js';
import { defined } from './defined.js';

/** What the command line says of a training. */
export interface TrainingFlags {
  readonly seed?: number;
  readonly workers?: number;
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly latent?: number;
  readonly hidden?: number;
  readonly beta?: number;
  readonly klWarmUp?: number;
  readonly learningRate?: number;
  readonly target?: string;
  readonly validation?: number;
  readonly patience?: number;
  readonly maxSeconds?: number;
}

/** The options of `trainVae` that the flags stand for. */
export function trainVaeOptions(flags: TrainingFlags): TrainVaeOptions {
  const { seed, workers, epochs, latent, hidden, beta, learningRate, target, validation, patience, maxSeconds } = flags;
  return defined({
    seed,
    workers,
    epochs,
    batchRows: flags.batchSize,
    latent,
    hidden,
    beta,
    warmUpEpochs: flags.klWarmUp,
    learningRate,
    target,
    validation,
    patience,
    maxSeconds,
  });
}
