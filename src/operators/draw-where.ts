import { foldIn, type RandomKey, uniformAt } from '../random.js';
import type { FittedModel } from '../training/fitted-model.js';
import { stratifiedDraws } from './draws.js';
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
  const every = Float64Array.from(
    { length: rows },
    (_, i) => (ids[Math.floor(i / candidates)] as number) * candidates + (i % candidates),
  );
  const { uniforms, places } = stratifiedDraws(key, every, width);
  const codesWide = allowed.codes.length;
  const mask = new Float32Array(rows * codesWide);
  for (let row = 0; row < rows; row += 1) mask.set(allowed.codes, row * codesWide);
  const drawn = await model.drawAllowed({ uniforms, allowed: mask }, rows);
  const taken = candidates === 1 ? undefined : choose(drawn.logAllowed, candidates, foldIn(key, 'candidates'), ids);
  const codes = taken === undefined ? drawn.codes : rowsOf(drawn.codes, taken, width);
  const kept = taken === undefined ? places : rowsOf(places, taken, width);
  allowed.restrict(codes, kept);
  return { codes, places: kept };
}

/** One candidate of each record, by weight (inverse distribution function). */
function choose(logWeights: Float32Array, candidates: number, key: RandomKey, ids: Float64Array): Int32Array {
  return Int32Array.from(ids, (id, record) => {
    const weights = logWeights.subarray(record * candidates, (record + 1) * candidates);
    const most = Math.max(...weights);
    const total = weights.reduce((sum, weight) => sum + Math.exp(weight - most), 0);
    let rest = uniformAt(key, id) * total;
    let taken = 0;
    while (taken < candidates - 1) {
      rest -= Math.exp((weights[taken] as number) - most);
      if (rest < 0) break;
      taken += 1;
    }
    return record * candidates + taken;
  });
}

function rowsOf<T extends Int32Array | Float32Array>(values: T, rows: Int32Array, width: number): T {
  const taken = new (values.constructor as new (length: number) => T)(rows.length * width);
  rows.forEach((row, i) => {
    taken.set(values.subarray(row * width, (row + 1) * width), i * width);
  });
  return taken;
}
