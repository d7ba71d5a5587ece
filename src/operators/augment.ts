import type { RecordBatch } from 'apache-arrow';
import type { OperatorFunction } from 'rxjs';
import { interleave } from '../batches/interleave.js';
import { ModelError } from '../errors.js';
import { foldIn, randomKey } from '../random.js';
import type { FittedModel } from '../training/fitted-model.js';
import { ahead } from './ahead.js';
import { drawsOf, latentNoise } from './draws.js';
import { moveTowardsOthers } from './move-towards-others.js';
import { type BatchOrEvent, codesOf, type UnseenInStream, withModel } from './with-model.js';

/** Options of `augment`. */
export interface AugmentOptions {
  /** The model for plain batches; events of a training bring their own. */
  readonly model?: FittedModel;
  /** Seed of the draws; default 0. A record's variants depend on the seed and on its place in the stream alone. */
  readonly seed?: number;
  /** Whether the records themselves are emitted before their variants; default true. */
  readonly originals?: boolean;
  /** Factor on the posterior's standard deviation, 0 or more; default 1. It is no measure of privacy. */
  readonly temperature?: number;
  /**
   * How far variants may move towards another record, in [0, 1]; default 0. Each starts from a point on the line between the
   * latent means of its record and of the nearest of eight others drawn from the batch, up to this share of the way. Variants
   * then depend on the division into batches, too.
   */
  readonly interpolate?: number;
  /** Told of values that the model has no code for, with their row in the stream from 0; they count as the nearest it has. */
  readonly onUnseen?: UnseenInStream;
}

/** Rows of an output batch, about: little enough to leave the event loop free. */
const OUTPUT_ROWS = 2048;

/**
 * Emits each record followed by `copies` variants of it: draws from p(x | z) with z ~ q(z | record). The schema is the
 * input's; columns that are not modelled (identifiers, free text) are copied from the record.
 *
 * RangeError for `copies` that is not a whole number of at least 1. A batch of another schema than the model's is a
 * SchemaMismatchError.
 */
export function augment(copies: number, options: AugmentOptions = {}): OperatorFunction<BatchOrEvent, RecordBatch> {
  const { seed = 0, originals = true, temperature = 1, interpolate = 0, onUnseen } = options;
  if (!Number.isSafeInteger(copies) || copies < 1) {
    throw new RangeError(`Expected the number of copies to be a whole number of at least 1, got ${copies}`);
  }
  if (!(temperature >= 0)) throw new RangeError(`Expected temperature to be 0 or more, got ${temperature}`);
  if (!(interpolate >= 0 && interpolate <= 1)) {
    throw new RangeError(`Expected interpolate in [0, 1], got ${interpolate}`);
  }
  const key = foldIn(randomKey(seed), 'augment');
  return withModel(options.model, async function* (input) {
    const { batch, model, offset } = input;
    if (!model.variational)
      throw new ModelError('Expected a variational model to draw variants from, got an autoencoder');
    const codes = codesOf(input, onUnseen);
    if (batch.numRows === 0) yield batch;
    const posterior = await model.encode(codes, batch.numRows);
    const size = Math.max(1, Math.floor(OUTPUT_ROWS / (copies + 1)));
    const draw = async (from: number): Promise<RecordBatch> => {
      const records = batch.slice(from, Math.min(batch.numRows, from + size));
      const rows = records.numRows * copies;
      const ids = Float64Array.from({ length: rows }, (_, i) => (offset + from) * copies + i);
      const sources = Int32Array.from({ length: rows }, (_, i) => Math.floor(i / copies));
      const latents = latentNoise(key, ids, model.latent);
      const place = { latent: model.latent, from, copies };
      intoPosterior(latents, posterior, { ...place, temperature });
      if (interpolate > 0) moveTowardsOthers(latents, posterior.mu, { ...place, share: interpolate }, key, ids);
      const { uniforms, places } = drawsOf(key, ids, model.codec.width);
      const drawn = await model.decode(latents, uniforms, rows);
      const variants = model.codec.decode(drawn, places, { batch: records, rows: sources });
      return originals ? interleave(records, variants, copies) : variants;
    };
    yield* ahead(batch.numRows, size, draw);
  });
}

/** Makes noise a draw from the posteriors of the records from `from` on, `copies` rows of it a record, in place. */
function intoPosterior(
  noise: Float32Array,
  { mu, logVar }: { readonly mu: Float32Array; readonly logVar?: Float32Array },
  { latent, from, copies, temperature }: Record<'latent' | 'from' | 'copies' | 'temperature', number>,
): void {
  for (let i = 0; i < noise.length / latent; i += 1) {
    const record = (from + Math.floor(i / copies)) * latent;
    for (let d = 0; d < latent; d += 1) {
      const deviation = temperature * Math.exp((logVar?.[record + d] ?? 0) / 2);
      noise[i * latent + d] = (mu[record + d] as number) + deviation * (noise[i * latent + d] as number);
    }
  }
}
