import type { RandomKey } from '../random.js';
import type { FittedModel } from '../training/fitted-model.js';
import { stratifiedDraws } from './draws.js';
import { candidateIds, resample } from './resample.js';
import type { Allowed } from './where.js';

/** Candidates a record from which one is taken, where the conditions do not lead the columns. */
const CANDIDATES = 64;

/**
 * The codes and places of new records that satisfy conditions. Columns are drawn one by one among their allowed codes. Where
 * conditions lead, that is the conditional distribution; elsewhere each record is taken from 64 candidates with the
 * probability that the conditions had given what came before them (sampling and importance resampling: Rubin 1988).
 */
export async function drawWhere(
  model: FittedModel,
  allowed: Allowed,
  key: RandomKey,
  ids: Float64Array,
): Promise<{ readonly codes: Int32Array; readonly places: Float32Array }> {
  const { width } = model.codec;
  const candidates = allowed.leads ? 1 : CANDIDATES;
  const rows = ids.length * candidates;
  const { uniforms, places } = stratifiedDraws(key, candidateIds(ids, candidates), width);
  const codesWide = allowed.codes.length;
  const mask = new Float32Array(rows * codesWide);
  for (let row = 0; row < rows; row += 1) mask.set(allowed.codes, row * codesWide);
  const drawn = await model.drawAllowed({ uniforms, allowed: mask }, rows);
  const taken = resample(drawn.codes, places, drawn.logAllowed, candidates, key, ids);
  allowed.restrict(taken.codes, taken.places);
  return taken;
}
