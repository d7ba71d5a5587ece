import { runThrough } from '../run-parts.js';
import type { SampledColumn } from './column-values.js';
import type { Fidelity } from './comparison.js';
import { comparison } from './comparison.js';

/** Compares columns that were read before, each of the real and of the synthetic table, with shared levels. */
export function compareColumns(read: readonly (readonly [SampledColumn, SampledColumn])[]): Fidelity {
  return runThrough(comparison(read));
}
