import type { RecordBatch } from 'apache-arrow';
import type { FittedModel } from './fitted-model.js';

/** The losses of a step or an epoch, in nats a record. */
export interface Losses {
  /** What is minimised. */
  readonly loss: number;
  /** -log p(x | z) on the latent path. */
  readonly reconstruction: number;
  /** KL(q(z | x) || p(z)). */
  readonly divergence: number;
  /** -log p(x): the exact negative log-likelihood of a record, on the path that starts from the null state. */
  readonly likelihood: number;
}

/** One step on one batch. */
export interface StepEvent extends Losses {
  readonly kind: 'step';
  /** From 1. */
  readonly epoch: number;
  /** From 1, over all epochs. */
  readonly step: number;
  /** All steps there will be, unless training stops early. */
  readonly steps: number;
  /** Records of this batch. */
  readonly rows: number;
  /** Wall-clock time of the step, in milliseconds. */
  readonly ms: number;
}

/** The end of an epoch: means over its records. */
export interface EpochEvent {
  readonly kind: 'epoch';
  /** From 1. */
  readonly epoch: number;
  readonly training: Losses;
  /** Of the averaged weights on the held-out records; absent where the table is too small to hold any out. */
  readonly validation?: Losses;
}

/** Training is over. */
export interface ModelEvent {
  readonly kind: 'model';
  readonly model: FittedModel;
}

/** A batch of the input, replayed once the model is fitted. */
export interface BatchEvent {
  readonly kind: 'batch';
  readonly batch: RecordBatch;
  readonly model: FittedModel;
}

/** What `trainVae` emits: one stream carries both the metrics and the data. */
export type TrainingEvent = StepEvent | EpochEvent | ModelEvent | BatchEvent;
