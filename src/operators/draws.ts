import { fillNormals, fillUniforms, foldIn, type RandomKey } from '../random.js';
import { fillStratified } from '../stratified.js';

/** The random numbers that make records; those of a record follow from the key and its id alone. */
export interface Draws {
  /** Numbers in (0, 1) [ids, columns]: which code each column gets. */
  readonly uniforms: Float32Array;
  /** Numbers in (0, 1) [ids, columns]: where in its code a value lies. */
  readonly places: Float32Array;
}

/**
 * The draws of records for `columns` modelled columns, each record's independent of all others'. `array` gives the memory of the
 * uniforms, by default of their own.
 */
export function independentDraws(
  key: RandomKey,
  ids: ArrayLike<number>,
  columns: number,
  array: (length: number) => Float32Array = ownArray,
): Draws {
  const uniforms = array(ids.length * columns);
  const places = new Float32Array(ids.length * columns);
  fillUniforms(foldIn(key, 'columns'), ids, columns, uniforms, places);
  return { uniforms, places };
}

/** As `independentDraws`, spread evenly over records: statistics of many stray less from what the model has learned. */
export function stratifiedDraws(key: RandomKey, ids: ArrayLike<number>, columns: number): Draws {
  const uniforms = new Float32Array(ids.length * columns);
  const places = new Float32Array(ids.length * columns);
  fillStratified(foldIn(key, 'columns'), ids, columns, uniforms);
  fillStratified(foldIn(key, 'places'), ids, columns, places);
  return { uniforms, places };
}

/** Standard normal values [ids, latent] for the latents of records, in memory that `array` gives, by default their own. */
export function latentNoise(
  key: RandomKey,
  ids: ArrayLike<number>,
  latent: number,
  array: (length: number) => Float32Array = ownArray,
): Float32Array {
  const noise = array(ids.length * latent);
  fillNormals(foldIn(key, 'latent'), ids, latent, noise);
  return noise;
}

function ownArray(length: number): Float32Array {
  return new Float32Array(length);
}
