import { type RecordBatch, Table } from 'apache-arrow';
import { filter, firstValueFrom, lastValueFrom, type OperatorFunction, of, toArray } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { augment } from '../../src/operators/augment.js';
import { encode } from '../../src/operators/encode.js';
import { reconstruct } from '../../src/operators/reconstruct.js';
import { score } from '../../src/operators/score.js';
import { trainAutoencoder } from '../../src/operators/train-autoencoder.js';
import { trainVae } from '../../src/operators/train-vae.js';
import type { BatchOrEvent } from '../../src/operators/with-model.js';
import type { FittedModel } from '../../src/training/fitted-model.js';
import type { TrainingEvent } from '../../src/training/training-event.js';
import { smallTable } from './table.js';

const table = smallTable(120);
const tiny = { epochs: 1, latent: 2, seed: 1 };
type Trained = OperatorFunction<RecordBatch, TrainingEvent>;

describe.each<[string, Trained]>([
  ['an autoregressive model', trainVae({ ...tiny, hidden: 16 })],
  ['a factorised model', trainVae({ ...tiny, hidden: 16, decoder: 'factorised' })],
  ['an autoencoder', trainAutoencoder(tiny)],
])('batches without rows, with %s', (name, training) => {
  let model: FittedModel;
  beforeAll(async () => {
    const events = of(table).pipe(
      training,
      filter((event) => event.kind === 'model'),
    );
    model = (await firstValueFrom(events)).model;
  });
  afterAll(() => model.close());

  const operators: Record<string, (model: FittedModel) => OperatorFunction<BatchOrEvent, RecordBatch>> = {
    encode: (model) => encode({ model, logVar: true }),
    reconstruct: (model) => reconstruct({ model }),
    score: (model) => score({ model, samples: 2 }),
    ...(name !== 'an autoencoder' && {
      augment: (model) => augment(2, { model, interpolate: 0.5 }),
      'augment without originals': (model) => augment(2, { model, originals: false }),
    }),
    ...(name === 'an autoregressive model' && {
      'augment by class': (model) => augment(0, { model, balance: 'group' }),
    }),
  };

  it.each(Object.keys(operators))('pass through %s, with the schema of all others', async (operator) => {
    const through = async (...batches: RecordBatch[]) =>
      lastValueFrom(of(...batches).pipe(operators[operator]!(model), toArray()));
    const rows = (batches: readonly RecordBatch[]) => new Table(batches as RecordBatch[]).toArray();
    const [none, all] = [await through(table.slice(0, 0)), await through(table)];
    expect(none.map(({ numRows }) => numRows)).toEqual([0]);
    expect(none[0]!.schema.toString()).toBe(all[0]!.schema.toString());
    expect(rows(await through(table.slice(0, 0), table)).join()).toBe(rows(all).join());
  });
});
