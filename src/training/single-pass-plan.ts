import type { RecordBatch } from 'apache-arrow';
import type { Codec } from '../columns/codec.js';
import type { CodecFitter } from '../columns/codec-fitter.js';
import type { FidelityOptions } from './fidelity-options.js';
import type { CompareRecords } from './fidelity-probe.js';
import type { FitOptions } from './fit-options.js';
import type { Recipe } from './recipe.js';
import type { SinglePassOptions, SinglePassSettings } from './single-pass-options.js';
import type { SpoolOptions } from './spool.js';

/** What a single pass is to learn, and how. */
export interface SinglePassPlan {
  readonly options: FitOptions & SinglePassOptions & SpoolOptions & Pick<FidelityOptions, 'fidelity'>;
  readonly settings: SinglePassSettings;
  readonly createFitter: (batch: RecordBatch) => CodecFitter;
  readonly recipeOf: (codec: Codec, rows: number) => Recipe;
  /** Of the training of a stream that ends within its first window. */
  readonly compare: CompareRecords;
  readonly signal: AbortSignal;
}
