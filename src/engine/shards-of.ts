import type { Model } from '../models/model.js';
import { parameterCount } from '../models/parameters.js';

/**
 * Into how many equal parts a batch is cut: 1, 2 or 4, from the model and the batch alone, so that neither engine nor
 * machine changes what is computed. Without a row input `weights` parts would not add up, so there is 1.
 *
 * Cutting pays where a step is long against the meeting of workers after it (about 0.1 ms): 2 parts from 50 million
 * floating-point operations on, 4 from 4 billion, where a step costs about 6 a multiplication of the
 * forward pass and row. Halves stay even.
 */
export function shardsOf(model: Model, batchRows: number): number {
  if (model.wholeBatch === true || model.objective.inputs.weights === undefined) return 1;
  const operations = 6 * (model.multiplications ?? parameterCount(model.parameters)) * batchRows;
  const wanted = operations >= 4e9 ? 4 : operations >= 5e7 ? 2 : 1;
  return [4, 2, 1].find((count) => count <= wanted && batchRows % (2 * count) === 0) ?? 1;
}
