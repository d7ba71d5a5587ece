import type { RecordBatch } from 'apache-arrow';
import type { OperatorFunction } from 'rxjs';
import type { Codec } from '../columns/codec.js';
import { ModelError } from '../errors.js';
import { foldIn, randomKey } from '../random.js';
import { requireOptions } from '../require-options.js';
import { requireWhole, requireWithin } from '../training/fit-options.js';
import type { FittedModel } from '../training/fitted-model.js';
import { valueText } from '../value-text.js';
import { ahead } from './ahead.js';
import { type Balance, type BalancePlan, planBalance } from './balance.js';
import { cutVariants, type VariantCut } from './cut-variants.js';
import { type Classes, candidatesOf, classesAt, drawOfClass } from './draw-class.js';
import { independentDraws, latentNoise } from './draws.js';
import { MOST_COPIES } from './most-copies.js';
import { moveTowardsOthers } from './move-towards-others.js';
import { reusedArray } from './reused-array.js';
import { type BatchOrEvent, type UnseenInStream, withModel } from './with-model.js';

/** Options of `augment`. */
export interface AugmentOptions {
  /**
   * The model for plain batches; events of a training bring their own. Batches need its schema, `model.codec.schema`: give it to the source
   * of a text file as `schema`, and put `castTo` behind any other.
   */
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
  /**
   * A column whose values are to have as many records each, or `{ column, shares }` for other shares. Records of the class
   * that is largest for its share get `copies` variants, those of the others as many as it takes; variants keep their record's
   * value. Exact for the data that the model was trained on; for another stream give `counts`, its records of each value.
   */
  readonly balance?: Balance;
  /** Told of values that the model has no code for, with their row in the stream from 0; they count as the nearest it has. */
  readonly onUnseen?: UnseenInStream;
}

/** Draws at a time, at most: whole chunks of a graph, and few enough to leave the event loop free and memory bounded. */
const CANDIDATES = 2048;

/**
 * Emits each record followed by `copies` variants of it: draws from p(x | z) with z ~ q(z | record). The schema is the
 * input's; columns that are not modelled (identifiers, free text) are copied from the record.
 *
 * RangeError for `copies` that is not a whole number from 1, or 0 where classes are balanced, to 1,000,000. A batch of another schema than the model's is a
 * SchemaMismatchError.
 */
export function augment(copies: number, options: AugmentOptions = {}): OperatorFunction<BatchOrEvent, RecordBatch> {
  requireOptions('augment()', options, {
    model: true,
    seed: 'number',
    originals: 'boolean',
    temperature: 'number',
    interpolate: 'number',
    balance: true,
    onUnseen: 'function',
  });
  const { seed = 0, originals = true, temperature = 1, interpolate = 0, balance, onUnseen } = options;
  if (typeof balance !== 'string' && balance !== undefined)
    requireOptions('`balance` of augment()', balance, { column: 'string', shares: true, counts: true });
  if (typeof copies === 'object')
    throw new TypeError(`Expected the number of copies first, as in augment(5, options), got ${valueText(copies)}`);
  const least = balance === undefined ? 1 : 0;
  requireWhole('the number of copies', copies, least, MOST_COPIES);
  requireWithin('temperature', temperature, 0, Number.MAX_VALUE);
  requireWithin('interpolate', interpolate, 0, 1);
  const key = foldIn(randomKey(seed), 'augment');
  const requireFit = (model: Pick<FittedModel, 'codec' | 'variational'>) => {
    requireVariational(model);
    if (balance !== undefined) planBalance(model.codec, balance, copies);
  };
  return withModel({ ...options, requireFit }, () => {
    // A model copies what it is given before it returns, so the next draw may have the same memory.
    const [latentArray, uniformArray] = [reusedArray(), reusedArray()];
    let planned: { readonly codec: Codec; readonly plan: BalancePlan; readonly classes: Classes } | undefined;
    const planOf = (codec: Codec): typeof planned => {
      if (balance === undefined) return undefined;
      if (planned?.codec !== codec) {
        const plan = planBalance(codec, balance, copies);
        planned = { codec, plan, classes: classesAt(codec, plan.place) };
      }
      return planned;
    };
    return async function* (input) {
      const { batch, model, offset } = input;
      requireVariational(model);
      const codes = await input.codes(onUnseen);
      if (batch.numRows === 0) {
        yield batch;
        return;
      }
      // Before anything else is awaited: batches count their records in the order of the stream.
      const { width } = model.codec;
      const { plan, classes } = planOf(model.codec) ?? {};
      const most = plan?.most ?? copies;
      // Variants keep the class that their record is balanced by.
      const fixed = new Set(plan === undefined ? [] : [model.codec.spans[plan.place]?.name ?? '']);
      const variantsOf = Int32Array.from({ length: batch.numRows }, (_, row) =>
        plan === undefined ? copies : plan.next(codes[row * width + plan.place] as number),
      );
      const { mu, logVar } = await model.encode(codes, batch.numRows);
      const deviations = mu.map((_, i) =>
        logVar === undefined ? 0 : temperature * Math.exp((logVar[i] as number) / 2),
      );
      const candidates = plan === undefined ? 1 : candidatesOf(plan.place);
      const cuts = cutVariants(variantsOf, Math.floor(CANDIDATES / candidates));
      const draw = async (i: number) => {
        const cut = cuts[i] as VariantCut;
        const { from, counts } = cut;
        const records = batch.slice(from, from + counts.length);
        const { sources, ids } = variantsFrom(cut, offset, most);
        const latents = latentNoise(key, ids, model.latent, latentArray);
        const place = { latent: model.latent, from };
        intoPosterior(latents, { mu, deviations }, sources, place);
        if (interpolate > 0) moveTowardsOthers(latents, mu, sources, { ...place, share: interpolate }, key, ids);
        if (classes !== undefined) {
          const wanted = sources.map((source) => codes[(from + source) * width + classes.place] as number);
          const drawn = await drawOfClass(model, latents, { classes, codes: wanted }, key, ids);
          return { cut, records, sources, drawn: drawn.codes, places: drawn.places };
        }
        const { uniforms, places } = independentDraws(key, ids, width, uniformArray);
        const drawn = model.codec.relate({ codes: await model.decode(latents, uniforms, sources.length), places });
        return { cut, records, sources, drawn: drawn.codes, places: drawn.places };
      };
      yield* ahead(cuts.length, 1, draw, ({ cut, records, sources, drawn, places }) => {
        const copy = { batch: records, rows: sources };
        if (!originals) return model.codec.decode(drawn, places, copy, { fixed });
        const both = model.codec.decodeAmong(drawn, places, copy, { fixed });
        return cut.before === 0 ? both : both.slice(1);
      });
    };
  });
}

function requireVariational({ variational }: Pick<FittedModel, 'variational'>): void {
  if (!variational) throw new ModelError('Expected a variational model to draw variants from, got an autoencoder');
}

/** For each variant its record, counted from the cut's first, and its id: `most` ids belong to each record of the stream. */
function variantsFrom(
  { from, counts, before }: VariantCut,
  offset: number,
  most: number,
): { readonly sources: Int32Array; readonly ids: Float64Array } {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const sources = new Int32Array(total);
  const ids = new Float64Array(total);
  let at = 0;
  counts.forEach((count, row) => {
    const first = (offset + from + row) * most + (row === 0 ? before : 0);
    for (let copy = 0; copy < count; copy += 1, at += 1) {
      sources[at] = row;
      ids[at] = first + copy;
    }
  });
  return { sources, ids };
}

/** Makes noise draws from the posteriors of variants' records, the first of which is at row `from`, in place. */
function intoPosterior(
  noise: Float32Array,
  { mu, deviations }: Readonly<Record<'mu' | 'deviations', Float32Array>>,
  sources: Int32Array,
  { latent, from }: Readonly<Record<'latent' | 'from', number>>,
): void {
  for (let i = 0; i < sources.length; i += 1) {
    const record = (from + (sources[i] as number)) * latent;
    for (let d = 0; d < latent; d += 1) {
      const at = i * latent + d;
      noise[at] = (mu[record + d] as number) + (deviations[record + d] as number) * (noise[at] as number);
    }
  }
}
