import type { Codec } from '../columns/codec.js';
import { totalWidth } from '../models/span.js';
import type { RandomKey } from '../random.js';
import type { FittedModel } from '../training/fitted-model.js';
import { independentDraws } from './draws.js';
import { candidateIds, resample } from './resample.js';

/** Candidates a variant of which one is taken, where the class is not the first column. */
const CANDIDATES = 8;

/** Draws a variant is made from: how many there are follows from where the model has the class. */
export function candidatesOf(place: number): number {
  return place === 0 ? 1 : CANDIDATES;
}

/**
 * Draws from p(x | z, class): latents [ids, latent], and for each the code that the column at `place` is to have. Columns before it are
 * drawn without knowing the class, so each variant is taken from eight candidates by the probability they give to it.
 */
export async function drawOfClass(
  model: FittedModel,
  latents: Float32Array,
  { place, codes }: { readonly place: number; readonly codes: Int32Array },
  key: RandomKey,
  ids: Float64Array,
): Promise<{ readonly codes: Int32Array; readonly places: Float32Array }> {
  const { codec, latent } = model;
  const candidates = candidatesOf(place);
  const rows = ids.length * candidates;
  const { uniforms, places } = independentDraws(key, candidateIds(ids, candidates), codec.width);
  const repeated = new Float32Array(rows * latent);
  for (let row = 0; row < rows; row += 1) {
    const record = Math.floor(row / candidates) * latent;
    repeated.set(latents.subarray(record, record + latent), row * latent);
  }
  const allowed = ofCode(codec, place, codes, candidates);
  const drawn = await model.drawAllowed({ latents: repeated, uniforms, allowed }, rows);
  return resample(drawn.codes, places, drawn.logAllowed, candidates, key, ids);
}

/** For each candidate a mask of all codes [candidates, all codes] that leaves of one span its record's code alone. */
function ofCode({ spans }: Codec, place: number, codes: Int32Array, candidates: number): Float32Array {
  const total = totalWidth(spans);
  const offset = totalWidth(spans.slice(0, place));
  const width = spans[place]?.width ?? 0;
  const rows = codes.length * candidates;
  const allowed = new Float32Array(rows * total).fill(1);
  for (let row = 0; row < rows; row += 1) {
    const start = row * total + offset;
    allowed.fill(0, start, start + width);
    allowed[start + (codes[Math.floor(row / candidates)] as number)] = 1;
  }
  return allowed;
}
