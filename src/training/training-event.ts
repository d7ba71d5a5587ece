import type { RecordBatch } from 'apache-arrow';
import type { Codec } from '../columns/codec.js';
import type { FittedModel } from './fitted-model.js';
import type { EpochEvent, StepEvent } from './training-progress.js';

/** The table was read and its columns are fitted; nothing is learned yet. In a single pass, at the end of the warm-up, and whenever columns were fitted anew. */
export interface StartEvent {
  readonly kind: 'start';
  /** What records will be to the model; relations between columns, which are found later, are not in it. */
  readonly codec: Codec;
  /** Whether the model will have a distribution to draw variants and new records from: all but an autoencoder. */
  readonly variational: boolean;
}

/** Training is over; in a single pass, the model as it is by now. */
export interface ModelEvent {
  readonly kind: 'model';
  /** Can be used at once, saved, and used when the stream has ended. */
  readonly model: FittedModel;
}

/** How far a column's distribution is from what it was. */
export interface ColumnDrift {
  /** Its name. */
  readonly column: string;
  /** The population stability index less its mean under sampling alone, 0 or more: of the end of the window that differs most. */
  readonly index: number;
  /** Share of values there that the reference had none of: categories, nulls, numbers out of range. */
  readonly unseen: number;
  /** Whether the index is above the threshold, and not by chance. */
  readonly moved: boolean;
}

/** The records of a single pass are no longer distributed as those that the columns were fitted to. */
export interface DriftEvent {
  readonly kind: 'drift';
  /** Records of the stream so far. */
  readonly rows: number;
  /** How many of them were compared, the last when the drift was seen. */
  readonly window: number;
  /** Every column whose distribution is defined (not identifiers, free text, images), the furthest first; one or more moved. */
  readonly columns: readonly ColumnDrift[];
  /**
   * Why columns could not be fitted anew (`onDrift: 'refit'`) to the rows that came since; then the event tells of the same drift
   * again, the model goes on, and the next rows are gathered to begin from.
   */
  readonly unfit?: string;
}

/** A batch of the input, replayed once the model is fitted; in a single pass, with the newest model. */
export interface BatchEvent {
  readonly kind: 'batch';
  /** Of the input, in its order; batches without rows are left out. */
  readonly batch: RecordBatch;
  /** The same object as that of the last `model` event. */
  readonly model: FittedModel;
}

/** What a training emits: one stream carries both the metrics and the data. */
export type TrainingEvent = StartEvent | StepEvent | EpochEvent | ModelEvent | DriftEvent | BatchEvent;
