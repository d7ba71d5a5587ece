import type { RecordBatch } from 'apache-arrow';
import type { Observable } from 'rxjs';
import { ModelError } from '../errors.js';
import { foldIn, randomKey } from '../random.js';
import { requireOptions } from '../require-options.js';
import { requireWhole } from '../training/fit-options.js';
import type { FittedModel } from '../training/fitted-model.js';
import { requireModel } from '../training/require-model.js';
import { valueText } from '../value-text.js';
import { ahead } from './ahead.js';
import type { Where } from './condition.js';
import { conditionsHold } from './conditions-hold.js';
import { drawWhere } from './draw-where.js';
import { latentNoise, stratifiedDraws } from './draws.js';
import { fromAsync } from './flow.js';
import { GATE_OPTIONS, type GateOptions, openCountingGate, requireGateOptions } from './gate-options.js';
import { type Drawn, redrawRefused } from './redraw-refused.js';
import { allowedBy } from './where.js';

/** Options of `sample`. */
export interface SampleOptions {
  /** Seed of the draws; default 0. Record i depends on the seed and i alone. */
  readonly seed?: number;
  /**
   * Where records start: `null`, the decoder's own start, learned on the exact likelihood of records (default where the
   * model has it, the most faithful), or `prior`, a latent from N(0, I) as in the textbook.
   */
  readonly from?: 'null' | 'prior';
  /**
   * What columns have to be: `{ income: '>50K', age: [30, 40], job: { in: ['cook', 'clerk'] } }`. Every record satisfies it;
   * the other columns follow as they do in the data. Costs nothing more where the model was trained with these columns as
   * `conditions`, 64 draws a record elsewhere. Records then start from the null state.
   */
  readonly where?: Where;
  /**
   * Draws records again that sit too close to a training record, as `privacyGate` has it, compared in the columns that are
   * modelled: the stream still has `count` records, and those that pass at once are the same as without. A record that is refused `attempts` times
   * (default 100) ends the stream with a RangeError.
   */
  readonly gate?: GateOptions & { readonly attempts?: number };
  /** Records of a batch, 1 or more; default 2048. */
  readonly batchRows?: number;
  /** Number of batches kept downstream at which sampling pauses, 1 or more; default 4. */
  readonly limit?: number;
  /** Ends the stream with an error, the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * A source of `count` new records. Their schema is that of the training data; columns that were not modelled
 * (identifiers, free text) are null, constants keep their value. RangeError for a count that is not a whole number of at
 * least 0 and for conditions that nothing satisfies, ModelError for an autoencoder or a model without a null state to start from.
 */
export function sample(model: FittedModel, count: number, options: SampleOptions = {}): Observable<RecordBatch> {
  requireModel(model);
  requireOptions('sample()', options, {
    seed: 'number',
    from: true,
    where: true,
    gate: true,
    batchRows: 'number',
    limit: 'number',
    signal: 'signal',
  });
  const {
    seed = 0,
    from = model.hasNullState ? 'null' : 'prior',
    batchRows = 2048,
    where,
    gate,
    limit,
    signal,
  } = options;
  if (!model.variational) throw new ModelError('Expected a variational model to draw records from, got an autoencoder');
  requireWhole('the number of records', count, 0);
  requireWhole('batchRows', batchRows, 1);
  if (from !== 'null' && from !== 'prior')
    throw new RangeError(`Expected from to be 'null' or 'prior', got ${valueText(from)}`);
  if (where !== undefined && !model.hasNullState) {
    throw new ModelError('Expected a model with an autoregressive decoder for conditions, got a factorised one');
  }
  if (where !== undefined && from !== 'null') {
    throw new RangeError(`Expected records under conditions to start from the null state, got from \`${from}\``);
  }
  const attempts = gate?.attempts ?? 100;
  if (gate !== undefined) {
    requireOptions('`gate` of sample()', gate, { ...GATE_OPTIONS, attempts: 'number' });
    requireGateOptions(gate);
  }
  requireWhole('attempts', attempts, 1);
  const allowed = where === undefined ? undefined : allowedBy(model.codec, where);
  const drawAllowed = allowed && drawWhere(model, allowed);
  const key = foldIn(randomKey(seed), 'sample');
  const draw = async (ids: Float64Array, attempt = 0): Promise<Drawn> => {
    const own = attempt === 0 ? key : foldIn(foldIn(key, 'again'), attempt);
    if (drawAllowed !== undefined) return drawAllowed(own, ids);
    const { uniforms, places } = stratifiedDraws(own, ids, model.codec.width);
    const codes =
      from === 'null'
        ? await model.draw(uniforms, ids.length)
        : await model.decode(latentNoise(own, ids, model.latent), uniforms, ids.length);
    return model.codec.relate({ codes, places });
  };
  const drawFrom = async (first: number) => {
    const ids = Float64Array.from({ length: Math.min(batchRows, count - first) }, (_, i) => first + i);
    return { ids, drawn: await draw(ids) };
  };
  const decode = ({ codes, places }: Drawn) => model.codec.decode(codes, places, undefined, allowed);
  const holds = where === undefined ? undefined : conditionsHold(model.codec, where);
  async function* redrawing(aborted: AbortSignal): AsyncGenerator<RecordBatch, void, void> {
    const names = model.codec.columns.flatMap(({ name, span }) => (span === undefined ? [] : [name]));
    const opened = gate === undefined ? undefined : await openCountingGate(gate, names, aborted);
    const passing = async (batch: RecordBatch): Promise<Uint8Array> => {
      const held = holds?.(batch) ?? new Uint8Array(batch.numRows).fill(1);
      const passed = await opened?.passing(batch);
      return passed === undefined ? held : passed.map((passes, row) => passes & (held[row] as number));
    };
    const failing =
      gate === undefined
        ? { goal: 'satisfy the conditions', advice: 'relax them' }
        : { goal: 'pass the gate', advice: 'lower minDistance or minShare' };
    let redrawn = 0;
    try {
      for await (const { ids, drawn } of ahead(count, batchRows, drawFrom, (started) => started)) {
        const passed = await redrawRefused(drawn, ids, { passing, draw, decode, attempts, ...failing });
        redrawn += passed.redrawn;
        yield passed.batch;
      }
      opened?.finish({ kept: count, dropped: 0, redrawn });
    } finally {
      await opened?.close();
    }
  }
  async function* batches(aborted: AbortSignal): AsyncGenerator<RecordBatch, void, void> {
    const release = model.retain();
    try {
      if (count === 0) yield model.codec.decode([], []);
      if (gate === undefined && holds === undefined) {
        yield* ahead(count, batchRows, drawFrom, ({ drawn }) => decode(drawn));
      } else yield* redrawing(aborted);
    } finally {
      release();
    }
  }
  return fromAsync(batches, { ...(limit === undefined ? {} : { limit }), ...(signal === undefined ? {} : { signal }) });
}
