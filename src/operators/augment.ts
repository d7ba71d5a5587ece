import type { RecordBatch } from 'apache-arrow';
import type { OperatorFunction } from 'rxjs';
import { interleave } from '../batches/interleave.js';
import { fillNormals, fillUniforms, foldIn, type RandomKey, randomKey } from '../random.js';
import type { FittedModel } from '../training/fitted-model.js';
import { ahead } from './ahead.js';
import { type BatchOrEvent, withModel } from './with-model.js';

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
  /** Told of values that the model has no code for, with their row in the stream from 0; they count as the nearest it has. */
  readonly onUnseen?: (column: string, value: string, row: number) => void;
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
  const { seed = 0, originals = true, temperature = 1, onUnseen } = options;
  if (!Number.isSafeInteger(copies) || copies < 1) {
    throw new RangeError(`Expected the number of copies to be a whole number of at least 1, got ${copies}`);
  }
  if (!(temperature >= 0)) throw new RangeError(`Expected temperature to be 0 or more, got ${temperature}`);
  const key = foldIn(randomKey(seed), 'augment');
  return withModel(options.model, async function* ({ batch, model, offset }) {
    const codes = model.codec.encode(
      batch,
      onUnseen && ((column, value, row) => onUnseen(column, value, offset + row)),
    );
    if (batch.numRows === 0) yield batch;
    const posterior = await model.encode(codes, batch.numRows);
    const size = Math.max(1, Math.floor(OUTPUT_ROWS / (copies + 1)));
    const parts = Array.from({ length: Math.ceil(batch.numRows / size) }, (_, part) => part * size);
    const draw = async (from: number): Promise<RecordBatch> => {
      const records = batch.slice(from, Math.min(batch.numRows, from + size));
      const rows = { first: offset + from, count: records.numRows, copies };
      const latents = latentsOf(posterior, from, rows, model.latent, temperature, key);
      const [uniforms, places] = uniformsOf(rows, model.codec.spans.length, key);
      const drawn = await model.decode(latents, uniforms, rows.count * copies);
      const sources = Int32Array.from({ length: rows.count * copies }, (_, i) => Math.floor(i / copies));
      const variants = model.codec.decode(drawn, places, { batch: records, rows: sources });
      return originals ? interleave(records, variants, copies) : variants;
    };
    yield* ahead(parts, draw);
  });
}

/** Consecutive records: the first one's place in the stream, how many, and the variants of each. */
interface Rows {
  readonly first: number;
  readonly count: number;
  readonly copies: number;
}

/** The random streams of the variants: one row of draws each. */
function rowIds({ first, count, copies }: Rows): Float64Array {
  return Float64Array.from({ length: count * copies }, (_, i) => first * copies + i);
}

function latentsOf(
  { mu, logVar }: { readonly mu: Float32Array; readonly logVar: Float32Array },
  from: number,
  rows: Rows,
  latent: number,
  temperature: number,
  key: RandomKey,
): Float32Array {
  const z = new Float32Array(rows.count * rows.copies * latent);
  fillNormals(foldIn(key, 'latent'), rowIds(rows), latent, z);
  for (let i = 0; i < rows.count * rows.copies; i += 1) {
    const record = (from + Math.floor(i / rows.copies)) * latent;
    for (let d = 0; d < latent; d += 1) {
      const deviation = temperature * Math.exp((logVar[record + d] as number) / 2);
      z[i * latent + d] = (mu[record + d] as number) + deviation * (z[i * latent + d] as number);
    }
  }
  return z;
}

function uniformsOf(rows: Rows, columns: number, key: RandomKey): [Float32Array, Float32Array] {
  const length = rows.count * rows.copies * columns;
  const arrays: [Float32Array, Float32Array] = [new Float32Array(length), new Float32Array(length)];
  fillUniforms(foldIn(key, 'columns'), rowIds(rows), columns, ...arrays);
  return arrays;
}
