import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as tf from '@tensorflow/tfjs';
import type { RecordBatch } from 'apache-arrow';
import { firstValueFrom, from, type Observable, of, take } from 'rxjs';
import { filter } from 'rxjs/operators';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { SchemaMismatchError } from '../../src/errors.js';
import { fromAsync } from '../../src/operators/flow.js';
import { trainVae } from '../../src/operators/train-vae.js';
import { toDataset } from '../../src/sinks/to-dataset.js';
import type { FittedModel } from '../../src/training/fitted-model.js';
import { batchOf } from '../conformance/describe-sink.js';
import { smallTable } from '../operators/table.js';

tf.env().set('PROD', true);
const table = smallTable(1000);
const options = { tf, label: 'group' } as const;

function modelOf(more: object): Promise<FittedModel> {
  const events = of(table).pipe(
    trainVae({ epochs: 1, hidden: 8, seed: 1, ...more }),
    filter((event) => event.kind === 'model'),
  );
  return firstValueFrom(events).then(({ model }) => model);
}

/** The values of all mini-batches, disposed of. */
async function read({ dataset }: ReturnType<typeof toDataset>) {
  const all: { xs: number[][]; ys: number[][] }[] = [];
  await dataset.forEachAsync(({ xs, ys }) => {
    all.push({ xs: xs.arraySync(), ys: ys.arraySync() });
    tf.dispose([xs, ys]);
  });
  return all;
}

/** An endless table that tells how many batches were made and whether it was left. */
function endless() {
  const state = { made: 0, left: 0 };
  const source: Observable<RecordBatch> = fromAsync(async function* () {
    try {
      for (;;) {
        state.made += 1;
        yield table.slice(0, 100);
      }
    } finally {
      state.left += 1;
    }
  });
  return { state, source };
}

describe('toDataset', () => {
  let model: FittedModel;
  beforeAll(async () => {
    model = await modelOf({});
  });

  it('gives mini-batches of one-hot codes and labels in the order of the records', async () => {
    const made = toDataset(from([table.slice(0, 100), table.slice(100, 250)]), {
      ...options,
      model,
      batchRows: 60,
      windowRows: 0,
    });
    const batches = await read(made);
    expect(batches.map(({ xs }) => xs.length)).toEqual([60, 60, 60, 60, 10]);
    const [count, size] = ['count', 'size'].map((name) => model.codec.spans.find((span) => span.name === name)!.width);
    expect([made.features, made.labels]).toEqual([count! + size!, 3]);
    const xs = batches.flatMap((batch) => batch.xs);
    for (const row of xs) {
      expect(row).toHaveLength(made.features);
      expect([row.slice(0, count), row.slice(count)].map((hot) => hot.filter((x) => x === 1).length)).toEqual([1, 1]);
    }
    const groups = batches.flatMap(({ ys }) => ys.map((hot) => made.classes[hot.indexOf(1)]));
    expect(groups).toEqual([...table.getChild('group')!].slice(0, 250));
    expect([...made.classes].sort()).toEqual(['a', 'b', 'c']);
  });

  it('gives normal scores on request, and the numbers of a model of values as they are', async () => {
    const scores = toDataset(of(table), { ...options, model, numbers: 'scores', windowRows: 0, batchRows: 1000 });
    expect(scores.features).toBe(2);
    const xs = (await read(scores)).flatMap((batch) => batch.xs);
    const counts = [...table.getChild('count')!];
    const [low, high] = [counts.indexOf(Math.min(...counts)), counts.indexOf(Math.max(...counts))];
    expect(xs[low]![0]).toBeLessThan(-1.5);
    expect(xs[high]![0]).toBeGreaterThan(1.5);

    const natural = await modelOf({ decoder: 'factorised', latent: 2 });
    const values = toDataset(of(table), { ...options, model: natural, windowRows: 0, batchRows: 1000 });
    expect([values.features, values.labels]).toEqual([2, 3]);
    const column = (await read(values))[0]!.xs.map((row) => row[0]!);
    const mean = column.reduce((sum, x) => sum + x, 0) / column.length;
    expect(Math.abs(mean)).toBeLessThan(0.05);
    expect(toDataset(of(table), { tf, model: natural, label: 'size' })).toMatchObject({ labels: 1, classes: [] });
  });

  it('mixes rows anew in each epoch, by the seed, and loses none', async () => {
    const inOne = (seed: number, windowRows: number) =>
      toDataset(from([table.slice(0, 333), table.slice(333)]), { ...options, model, batchRows: 64, windowRows, seed });
    const mixed = inOne(1, 200);
    const [first, second] = [await read(mixed), await read(mixed)];
    const again = inOne(1, 200);
    expect(await read(again)).toEqual(first);
    expect(await read(again)).toEqual(second);
    expect(second).not.toEqual(first);
    expect(await read(inOne(2, 200))).not.toEqual(first);
    const rows = (batches: typeof first) => batches.flatMap(({ xs, ys }) => xs.map((x, i) => [...x, ...ys[i]!].join()));
    const plain = rows(await read(inOne(1, 0)));
    expect(rows(first).toSorted()).toEqual(plain.toSorted());
    expect(rows(await read(inOne(1, 5000))).toSorted()).toEqual(plain.toSorted());
  });

  it('trains a classifier over several epochs, reading anew in each, without a tensor left', async () => {
    const classifier = tf.sequential();
    const { dataset, features, labels } = toDataset(of(table), { ...options, model });
    classifier.add(tf.layers.dense({ units: labels, activation: 'softmax', inputShape: [features] }));
    const optimizer = tf.train.adam(0.02);
    classifier.compile({ optimizer, loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
    await classifier.fitDataset(dataset, { epochs: 1, verbose: 0 });
    const { numTensors } = tf.memory();
    const { history } = await classifier.fitDataset(dataset, { epochs: 4, verbose: 0 });
    expect(tf.memory().numTensors).toBe(numTensors);
    expect((history.acc as number[])[3]).toBeGreaterThan(0.95);
  });

  it('reads no faster than it is asked, and makes no tensor before', async () => {
    const { state, source } = endless();
    const { dataset } = toDataset(source, { ...options, model, batchRows: 100, windowRows: 0 });
    const { numTensors } = tf.memory();
    const iterator = await dataset.iterator();
    expect(state.made).toBe(0);
    for (let i = 0; i < 3; i += 1) tf.dispose((await iterator.next()).value);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(state.made).toBeLessThanOrEqual(3 + 4);
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  it('unsubscribes from a stream that ends early and from an iteration that was left', async () => {
    setFlagsFromString('--expose_gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const { state, source } = endless();
    const short = toDataset(source.pipe(take(3)), { ...options, model, batchRows: 100 });
    expect(await read(short)).toHaveLength(3);
    await vi.waitFor(() => expect(state.left).toBe(1));
    const { dataset } = toDataset(source, { ...options, model, batchRows: 100, windowRows: 0 });
    await dataset.take(2).forEachAsync((tensors) => tf.dispose(tensors));
    await vi.waitFor(() => {
      collectGarbage();
      expect(state.left).toBe(2);
    });
  });

  it('passes errors on: of the stream, of other columns, of what is no label', async () => {
    const failing = fromAsync<RecordBatch>(async function* () {
      yield table;
      throw new Error('cable cut');
    });
    await expect(read(toDataset(failing, { ...options, model }))).rejects.toThrow('cable cut');
    await expect(read(toDataset(of(batchOf(3)), { ...options, model }))).rejects.toThrow(SchemaMismatchError);
    expect(() => toDataset(of(table), { ...options, model, label: 'name' })).toThrow(
      "Expected the label to be one of the model's columns `group`, `count`, `size`, got `name`",
    );
    expect(() => toDataset(of(table), { ...options, model, batchRows: 0 })).toThrow(RangeError);
    expect(() => toDataset(of(table), { ...options, model, windowRows: -1 })).toThrow(RangeError);
    expect(() => toDataset(of(table), { ...options, model, tf: undefined as never })).toThrow(
      new TypeError('Expected `tf` to be TensorFlow.js as it is imported, got undefined'),
    );
    expect(() => toDataset(of(table), { ...options, model, numbers: 'score' as 'scores' })).toThrow(
      new RangeError('Expected `numbers` to be codes or scores, got "score"'),
    );
  });
});
