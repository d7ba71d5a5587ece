import { readdirSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RecordBatch, Table } from 'apache-arrow';
import { concatMap, delay, firstValueFrom, from, lastValueFrom, NEVER, of, Subject, startWith, throwError } from 'rxjs';
import { filter, map, take, toArray } from 'rxjs/operators';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { augment } from '../../src/operators/augment.js';
import { encode } from '../../src/operators/encode.js';
import { fromAsync, perItem } from '../../src/operators/flow.js';
import { sample } from '../../src/operators/sample.js';
import { trainVae } from '../../src/operators/train-vae.js';
import type { FittedModel } from '../../src/training/fitted-model.js';
import type { StartEvent, TrainingEvent } from '../../src/training/training-event.js';
import { tableFromJSON } from './rows.js';
import { smallTable } from './table.js';

const table = smallTable(600);
const tiny = { epochs: 3, hidden: 32, latent: 2, seed: 1 } as const;
const rowsOf = (batches: readonly RecordBatch[]) => new Table(batches).toArray().map((row) => row?.toJSON());
const inBatches = (batch: RecordBatch, size: number) =>
  from(
    Array.from({ length: Math.ceil(batch.numRows / size) }, (_, i) =>
      batch.slice(i * size, Math.min(batch.numRows, (i + 1) * size)),
    ),
  );
const activeThreads = () =>
  process.getActiveResourcesInfo().filter((name) => name === 'MessagePort' || name === 'Worker').length;

describe('the pipe', () => {
  let events: TrainingEvent[];
  let model: FittedModel;

  beforeAll(async () => {
    events = await lastValueFrom(inBatches(table, 250).pipe(trainVae(tiny), toArray()));
    model = events.find((event) => event.kind === 'model')?.model as FittedModel;
  });

  afterAll(() => model.close());

  describe('trainVae', () => {
    it('emits the start, steps and epochs, one model, and the batches again in their order', () => {
      const kinds = events.map(({ kind }) => kind);
      const start = events[0] as StartEvent;
      expect([kinds.indexOf('start'), kinds.lastIndexOf('start'), start.variational]).toEqual([0, 0, true]);
      expect(start.codec.spans).toEqual(model.codec.spans);
      expect(kinds.filter((kind) => kind === 'epoch')).toHaveLength(3);
      expect(kinds.filter((kind) => kind === 'step')).toHaveLength(3 * Math.ceil((600 * 0.95) / 64));
      expect(kinds.slice(-4)).toEqual(['model', 'batch', 'batch', 'batch']);
      const replayed = events.flatMap((event) => (event.kind === 'batch' ? [event.batch] : []));
      expect(rowsOf(replayed)).toEqual(rowsOf([table]));
    });

    it('stops in the midst of an epoch when its time is up, with a model of what it has learned', async () => {
      const options = { ...tiny, batchRows: 8, maxSeconds: 1e-6 };
      const short = await lastValueFrom(of(table).pipe(trainVae(options), toArray()));
      // 16 steps are handed over at a time; an epoch has 72.
      expect(short.filter(({ kind }) => kind === 'step')).toHaveLength(16);
      expect(short.filter(({ kind }) => kind === 'epoch')).toHaveLength(1);
      const fitted = short.find((event) => event.kind === 'model')?.model as FittedModel;
      expect(fitted.training.bestEpoch).toBe(1);
      await fitted.close();
    });

    it('counts steps and rows, and its losses fall', () => {
      const steps = events.filter((event) => event.kind === 'step');
      expect(steps.map(({ step }) => step)).toEqual(steps.map((_, i) => i + 1));
      expect(steps.slice(0, 9).reduce((sum, { rows }) => sum + rows, 0)).toBe(570);
      const epochs = events.filter((event) => event.kind === 'epoch');
      const [first, , last] = epochs.map(({ validation }) => validation?.loss as number);
      expect(last as number).toBeLessThan(first as number);
      for (const { training } of epochs) {
        expect(training.loss).toBeCloseTo(
          (training.reconstruction + 0.25 * training.divergence + (training.likelihood ?? Number.NaN)) / 2,
          0,
        );
      }
    });

    it('gives the same model for any division into batches, another for another seed', async () => {
      const modelOf = async (size: number, seed: number, workers = 2) => {
        const trained = inBatches(table, size).pipe(trainVae({ ...tiny, seed, workers }));
        const event = await firstValueFrom(trained.pipe(filter((event) => event.kind === 'model')));
        return event.model.graphs.decoder;
      };
      expect(await modelOf(77, 1, 1)).toEqual(model.graphs.decoder);
      expect(await modelOf(77, 2)).not.toEqual(model.graphs.decoder);
    });

    it.each(['all', 'none'] as const)('misses nothing of a stream that already runs, replay: %s', async (replay) => {
      const live = new Subject<RecordBatch>();
      const passed = lastValueFrom(
        live.pipe(
          trainVae({ ...tiny, replay }),
          filter((event) => event.kind === 'batch'),
          toArray(),
        ),
      );
      for (const size of [0, 100, 300]) live.next(table.slice(size, size + 100));
      live.complete();
      const batches = await passed;
      expect(batches.reduce((rows, { batch }) => rows + batch.numRows, 0)).toBe(300);
      await batches[0]?.model.close();
    });

    it('passes errors of its input on, and refuses empty ones', async () => {
      const failing = throwError(() => new RangeError('from above'));
      await expect(lastValueFrom(failing.pipe(trainVae(tiny)))).rejects.toThrow('from above');
      await expect(lastValueFrom(from([]).pipe(trainVae(tiny)))).rejects.toThrow(/at least one record batch/);
      await expect(lastValueFrom(of(table.slice(0, 0)).pipe(trainVae(tiny)))).rejects.toThrow(/at least 1 row, got 0/);
      expect(() => trainVae({ epochs: -1 })).toThrow(RangeError);
      expect(() => trainVae({ decoder: 'autoregressive', likelihood: 'gaussian' })).toThrow(
        'Expected the factorised decoder with likelihood, got autoregressive',
      );
    });

    it('leaves no thread, file, descriptor or listener when unsubscribed from in mid-training', async () => {
      const directory = await mkdtemp(join(tmpdir(), 'rx-augment-spool-'));
      const descriptors = () => readdirSync('/proc/self/fd').length;
      const [filesBefore, threadsBefore] = [process.platform === 'linux' ? descriptors() : 0, activeThreads()];
      const training = inBatches(table, 100).pipe(trainVae({ ...tiny, epochs: 1000, memoryBytes: 0, directory }));
      const step = await firstValueFrom(
        training.pipe(
          filter((event) => event.kind === 'step'),
          take(1),
        ),
      );
      expect(step.kind).toBe('step');
      await expect.poll(() => readdir(directory)).toEqual([]);
      await expect.poll(activeThreads).toBe(threadsBefore);
      if (process.platform === 'linux') await expect.poll(descriptors).toBeLessThanOrEqual(filesBefore + 1);
      await rm(directory, { recursive: true });
    });

    it('stops at once for a signal', async () => {
      const threadsBefore = activeThreads();
      const controller = new AbortController();
      const waiting = NEVER.pipe(startWith(table), trainVae({ ...tiny, signal: controller.signal }));
      const result = lastValueFrom(waiting);
      setTimeout(() => controller.abort(new Error('enough')), 20);
      await expect(result).rejects.toThrow('enough');
      await expect.poll(activeThreads, { timeout: 5000 }).toBe(threadsBefore);
    });

    it('ends a compilation when unsubscribed from, and leaves no thread', async () => {
      const before = activeThreads();
      const network = { module: new URL('../engine/bad-models.mjs', import.meta.url).href, factory: 'endless' };
      const subscription = of(table)
        .pipe(trainVae({ ...tiny, network }))
        .subscribe();
      await expect.poll(activeThreads, { timeout: 5000 }).toBeGreaterThan(before);
      subscription.unsubscribe();
      await expect.poll(activeThreads, { timeout: 5000 }).toBe(before);
    });
  });

  describe('augment', () => {
    it('follows each record by its variants, the records unchanged and in order', async () => {
      const augmented = await lastValueFrom(from(events).pipe(augment(3, { seed: 1 }), toArray()));
      const rows = rowsOf(augmented);
      expect(rows).toHaveLength(2400);
      expect(rows.filter((_, i) => i % 4 === 0)).toEqual(rowsOf([table]));
      rows.forEach((row, i) => {
        const original = rows[i - (i % 4)];
        expect(row?.name).toBe(original?.name);
        expect(['a', 'b', 'c']).toContain(row?.group);
        expect(Number.isInteger(row?.count) && row?.count >= 0 && row?.count < 30).toBe(true);
        expect(Math.round(row?.size * 10)).toBeCloseTo(row?.size * 10, 6);
      });
      expect(augmented[0]?.schema.toString()).toBe(table.schema.toString());
    });

    it('draws the same variants however the stream is divided, others for another seed', async () => {
      const drawn = async (size: number, seed: number) =>
        rowsOf(
          await lastValueFrom(inBatches(table, size).pipe(augment(2, { model, seed, originals: false }), toArray())),
        );
      const first = await drawn(600, 1);
      expect(first).toHaveLength(1200);
      expect(await drawn(130, 1)).toEqual(first);
      expect(await drawn(600, 2)).not.toEqual(first);
    });

    it('handles an empty stream, an empty batch, one record, and errors midway', async () => {
      const run = (batches: RecordBatch[]) => lastValueFrom(from(batches).pipe(augment(2, { model }), toArray()));
      expect(await run([])).toEqual([]);
      expect((await run([table.slice(0, 0)])).map(({ numRows }) => numRows)).toEqual([0]);
      expect((await run([table.slice(5, 6)])).map(({ numRows }) => numRows)).toEqual([3]);
      const midway = of(table, 'stop' as never).pipe(
        map((batch) => {
          if (batch instanceof RecordBatch) return batch;
          throw new Error('midway');
        }),
      );
      await expect(lastValueFrom(midway.pipe(augment(1, { model }), toArray()))).rejects.toThrow('midway');
    });

    it('refuses plain batches without a model, other schemas, and odd numbers of copies', async () => {
      await expect(lastValueFrom(of(table).pipe(augment(1)))).rejects.toThrow(
        /Expected a fitted model for plain batches/,
      );
      const other = table.select(['group', 'count', 'size']) as RecordBatch;
      await expect(lastValueFrom(of(other).pipe(augment(1, { model })))).rejects.toThrow(/name/);
      expect(() => augment(0)).toThrow(/at least 1, got 0/);
      expect(() => augment(1.5)).toThrow(RangeError);
      expect(() => augment(1, { temperature: -1 })).toThrow(RangeError);
      expect(() => augment(1, { interpolate: 1.5 })).toThrow(/interpolate in \[0, 1\], got 1\.5/);
    });

    it('tells of values that the model never saw, with their place in the stream', async () => {
      const batch = smallTable(20, 9);
      const renamed = rowsOf([batch]).map((row, i) => ({ ...row, group: i === 17 ? 'z' : row?.group }));
      const unseen: unknown[] = [];
      const onUnseen = (...args: unknown[]) => unseen.push(args);
      const [out] = await lastValueFrom(
        of(table.slice(0, 10), tableFromJSON(renamed, batch.schema)).pipe(augment(1, { model, onUnseen }), toArray()),
      ).then((batches) => [rowsOf(batches)]);
      expect(unseen).toEqual([['group', 'z', 27]]);
      expect(out?.[2 * 27]?.group).toBe('z');
    });

    it('keeps few batches in flight behind a slow consumer', async () => {
      let produced = 0;
      const many = fromAsync(async function* () {
        for (let i = 0; i < 40; i += 1) {
          produced += 1;
          yield table.slice(0, 100);
        }
      });
      let consumed = 0;
      let gap = 0;
      await lastValueFrom(
        many.pipe(
          augment(1, { model }),
          perItem(concatMap((batch: RecordBatch) => of(batch).pipe(delay(5)))),
          map((batch) => {
            consumed += batch.numRows / 200;
            gap = Math.max(gap, produced - consumed);
          }),
        ),
      );
      expect(consumed).toBe(40);
      expect(gap).toBeLessThan(16);
    });
  });

  describe('encode', () => {
    it('emits the posterior of each record in order', async () => {
      const [batch] = await lastValueFrom(of(table).pipe(encode({ model, logVar: true }), toArray()));
      expect(batch?.schema.names).toEqual(['mu_0', 'mu_1', 'logVar_0', 'logVar_1']);
      const { mu, logVar } = await model.encode(model.codec.encode(table), table.numRows);
      expect(batch?.getChild('mu_1')?.toArray()).toEqual(mu.filter((_, i) => i % 2 === 1));
      expect(batch?.getChild('logVar_0')?.toArray()).toEqual(logVar?.filter((_, i) => i % 2 === 0));
      const parts = await lastValueFrom(inBatches(table, 7).pipe(encode({ model }), toArray()));
      expect(rowsOf(parts)).toEqual(
        rowsOf([batch as RecordBatch]).map((row) => ({ mu_0: row?.mu_0, mu_1: row?.mu_1 })),
      );
    });
  });

  describe('sample', () => {
    it.each(['null', 'prior'] as const)('draws as many records as asked for, from: %s', async (start) => {
      const batches = await lastValueFrom(sample(model, 5000, { seed: 3, from: start }).pipe(toArray()));
      const rows = rowsOf(batches);
      expect(rows).toHaveLength(5000);
      for (const row of rows) {
        expect(row?.name).toBeNull();
        expect(['a', 'b', 'c']).toContain(row?.group);
      }
    });

    it('draws record i from the seed and i alone', async () => {
      const drawn = async (count: number, options: object) =>
        rowsOf(await lastValueFrom(sample(model, count, options).pipe(toArray())));
      const first = await drawn(1000, { seed: 1 });
      expect(await drawn(300, { seed: 1, batchRows: 41 })).toEqual(first.slice(0, 300));
      expect(await drawn(300, { seed: 2 })).not.toEqual(first.slice(0, 300));
    });

    it('gives an empty batch for none, and refuses other counts', async () => {
      const batches = await lastValueFrom(sample(model, 0).pipe(toArray()));
      expect(batches.map(({ numRows, schema }) => [numRows, schema.names.length])).toEqual([[0, 4]]);
      expect(() => sample(model, -1)).toThrow(RangeError);
      expect(() => sample(model, 1, { batchRows: 0 })).toThrow(RangeError);
    });

    it('ends its threads when unsubscribed from', async () => {
      await model.close();
      const before = activeThreads();
      await firstValueFrom(sample(model, 1_000_000, { seed: 1 }));
      await expect.poll(activeThreads).toBeLessThanOrEqual(before);
    });
  });

  describe('a model trained for longer', () => {
    const larger = smallTable(4000);
    let better: FittedModel;

    beforeAll(async () => {
      const trained = of(larger).pipe(trainVae({ seed: 1 }));
      better = (await firstValueFrom(trained.pipe(filter((event) => event.kind === 'model')))).model;
    });

    afterAll(() => better.close());

    it('samples the shares and the relations of the data', async () => {
      const rows = rowsOf(await lastValueFrom(sample(better, 10_000, { seed: 1 }).pipe(toArray())));
      const share = rows.filter((row) => row?.group === 'a').length / rows.length;
      expect(Math.abs(share - 0.2)).toBeLessThan(0.03);
      const broken = rows.filter((row) => Math.floor(row?.count / 10) !== 'abc'.indexOf(row?.group)).length;
      expect(broken / rows.length).toBeLessThan(0.02);
    });

    it('takes variants nearer to the record for a lower temperature', async () => {
      const distance = async (temperature: number) => {
        const drawn = of(larger).pipe(augment(1, { model: better, temperature, originals: false }), toArray());
        const variants = rowsOf(await lastValueFrom(drawn));
        const originals = rowsOf([larger]);
        return variants.reduce((sum, row, i) => sum + Math.abs(row?.count - originals[i]?.count), 0) / variants.length;
      };
      const [near, usual, far] = [await distance(0.1), await distance(1), await distance(4)];
      expect(near).toBeLessThan(usual);
      expect(usual).toBeLessThan(far);
    });
  });
});
