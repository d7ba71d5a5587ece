import type { Coded } from '../columns/relate.js';
import type { RandomKey } from '../random.js';
import type { FittedModel } from '../training/fitted-model.js';
import { stratifiedDraws } from './draws.js';
import { candidateIds, resample } from './resample.js';
import type { Allowed } from './where.js';

/** Candidates a record from which one is taken, where the conditions do not lead the columns. */
const CANDIDATES = 64;

/** Draws the codes and places of records, by their ids. */
export type DrawWhere = (key: RandomKey, ids: Float64Array) => Promise<Coded>;

/**
 * Draws of new records that satisfy conditions. Columns are drawn one by one among their allowed codes. Where
 * conditions lead, that is the conditional distribution; elsewhere each record is taken from 64 candidates with the
 * probability that the conditions had given what came before them (sampling and importance resampling: Rubin 1988).
 */
export function drawWhere(model: FittedModel, allowed: Allowed): DrawWhere {
  const candidates = allowed.leads ? 1 : CANDIDATES;
  const codesWide = allowed.codes.length;
  // The same for every row: filled once for the largest draw.
  let mask = new Float32Array(0);
  return async (key, ids) => {
    const rows = ids.length * candidates;
    const { uniforms, places } = stratifiedDraws(key, candidateIds(ids, candidates), model.codec.width);
    if (mask.length < rows * codesWide) mask = repeated(allowed.codes, rows);
    const drawn = await model.drawAllowed({ uniforms, allowed: mask.subarray(0, rows * codesWide) }, rows);
    const taken = resample(drawn.codes, places, drawn.logAllowed, candidates, key, ids);
    return allowed.restrict(taken);
  };
}

function repeated(codes: Float32Array, rows: number): Float32Array<ArrayBuffer> {
  const mask = new Float32Array(rows * codes.length);
  for (let row = 0; row < rows; row += 1) mask.set(codes, row * codes.length);
  return mask;
}
