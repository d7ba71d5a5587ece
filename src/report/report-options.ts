import type { FittedModel } from '../training/fitted-model.js';
import type { ReportInput } from './report-input.js';

/** What `report` compares. */
export interface ReportOptions {
  /** The records the model was trained on. */
  readonly real: ReportInput;
  /** The records to be judged: new ones, or variants. */
  readonly synthetic: ReportInput;
  /** Real records the model has not seen: privacy is judged by them, and usefulness measured on them. */
  readonly holdout?: ReportInput;
  /** The model the records come from: adds its training, its latent space, and log-likelihoods. */
  readonly model?: FittedModel;
  /** The column that usefulness is measured by; default the last that can be predicted. */
  readonly target?: string;
  /** Seed of samples and folds; default 0. */
  readonly seed?: number;
  /** Rows of a table kept for what needs whole records: pairs, relations, classifiers, distances; default 100,000. */
  readonly maxRows?: number;
  /** Gives up, rejecting with the signal's reason. */
  readonly signal?: AbortSignal;
}
