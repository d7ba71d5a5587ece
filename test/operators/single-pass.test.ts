import { readdirSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RecordBatch, Table } from 'apache-arrow';
import { concatMap, delay, firstValueFrom, from, lastValueFrom, NEVER, of, throwError } from 'rxjs';
import { concatWith, filter, map, tap, toArray } from 'rxjs/operators';
import { beforeAll, describe, expect, it } from 'vitest';
import { concat } from '../../src/batches/concat.js';
import { augment } from '../../src/operators/augment.js';
import { encode } from '../../src/operators/encode.js';
import { fromAsync, perItem } from '../../src/operators/flow.js';
import { sample } from '../../src/operators/sample.js';
import { trainAutoencoder } from '../../src/operators/train-autoencoder.js';
import { type TrainVaeOptions, trainVae } from '../../src/operators/train-vae.js';
import { fidelity } from '../../src/report/fidelity.js';
import type { FittedModel } from '../../src/training/fitted-model.js';
import type { TrainingEvent } from '../../src/training/training-event.js';
import { barImages } from './images.js';
import { tableFromJSON } from './rows.js';
import { smallTable } from './table.js';

/** A window of 8 batches, 24 steps on it, then 2 steps a batch of 64 rows. */
const live: TrainVaeOptions = {
  replay: 'none',
  warmUp: { rows: 512 },
  recent: { visits: 2 },
  every: { steps: 10 },
  epochs: 3,
  hidden: 32,
  latent: 2,
  seed: 1,
};
const rowsOf = (batches: readonly RecordBatch[]) => new Table(batches).toArray().map((row) => row?.toJSON());
const cut = (batch: RecordBatch, size: number) =>
  Array.from({ length: Math.ceil(batch.numRows / size) }, (_, i) =>
    batch.slice(i * size, Math.min(batch.numRows, (i + 1) * size)),
  );
const run = (batches: readonly RecordBatch[], options: TrainVaeOptions = live) =>
  lastValueFrom(from(batches).pipe(trainVae(options), toArray()));
const modelsOf = (events: readonly TrainingEvent[]) =>
  events.flatMap((event) => (event.kind === 'model' ? [event.model] : []));
const batchesOf = (events: readonly TrainingEvent[]) =>
  events.flatMap((event) => (event.kind === 'batch' ? [event.batch] : []));
const driftsOf = (events: readonly TrainingEvent[]) => events.filter((event) => event.kind === 'drift');
const activeThreads = () =>
  process.getActiveResourcesInfo().filter((name) => name === 'MessagePort' || name === 'Worker').length;

/** As `smallTable`, after a change: larger counts and sizes, `z` for `a`; the names and the other groups are as they were. */
function changedTable(rows: number, seed: number): RecordBatch {
  const table = smallTable(rows, seed);
  const changed = rowsOf([table]).map((row) => ({
    ...row,
    group: row?.group === 'a' ? 'z' : row?.group,
    count: row?.count + 20,
  }));
  return tableFromJSON(changed, table.schema);
}

describe('a single pass', () => {
  const table = smallTable(1200);
  let events: TrainingEvent[];

  beforeAll(async () => {
    events = await run(cut(table, 100));
  });

  it('starts with passes over the window, and gives models at their steps', () => {
    const steps = events.filter((event) => event.kind === 'step');
    expect(steps.map(({ step }) => step)).toEqual(steps.map((_, i) => i + 1));
    expect(steps.filter(({ epoch }) => epoch <= 3)).toHaveLength(24);
    // 688 rows are left: 10 batches, and 48 rows that are learned at the end.
    expect(steps.filter(({ epoch }) => epoch === 4)).toHaveLength(22);
    expect(steps.every(({ steps, rows }) => steps === undefined && rows === 64)).toBe(true);
    let taken = 0;
    const at = events.flatMap(({ kind }) => {
      if (kind === 'step') taken += 1;
      return kind === 'model' ? [taken] : [];
    });
    expect(at).toEqual([24, 34, 44, 46]);
    expect(modelsOf(events).map(({ training }) => training.rows)).toEqual([512, 512 + 320, 512 + 640, 1200]);
    const [first, , last] = modelsOf(events).map(({ training }) => training.epochs[0]?.training.loss as number);
    expect(last as number).toBeLessThan(first as number);
  });

  it('emits every row once and in order, each batch with the newest model', () => {
    expect(rowsOf(batchesOf(events))).toEqual(rowsOf([table]));
    let newest: FittedModel | undefined;
    for (const event of events) {
      if (event.kind === 'model') newest = event.model;
      if (event.kind === 'batch') expect(event.model).toBe(newest);
    }
    // Cut only where the window ends and where models begin.
    const ends: number[] = [];
    for (const { numRows } of batchesOf(events)) ends.push((ends.at(-1) ?? 0) + numRows);
    expect(ends.filter((end) => end % 100 !== 0)).toEqual([512, 832, 1152]);
  });

  it('gives the same models and the same variants for any division into batches and any number of threads', async () => {
    const variants = async (batches: RecordBatch[], workers: number) => {
      const models: FittedModel[] = [];
      const pipe = from(batches).pipe(
        trainVae({ ...live, workers }),
        tap((event) => event.kind === 'model' && models.push(event.model)),
        augment(1, { seed: 1 }),
        toArray(),
      );
      return { rows: rowsOf(await lastValueFrom(pipe)), decoders: models.map(({ graphs }) => graphs.decoder) };
    };
    const first = await variants(cut(table, 100), 2);
    expect(first.rows).toHaveLength(2400);
    expect(first.decoders).toEqual(modelsOf(events).map(({ graphs }) => graphs.decoder));
    expect(await variants(cut(table, 7), 1)).toEqual(first);
    expect(await variants([table.slice(0, 0), table, table.slice(0, 0)], 2)).toEqual(first);
    const other = modelsOf(await run([table], { ...live, seed: 2 }));
    expect(other.at(-1)?.graphs.decoder).not.toEqual(first.decoders.at(-1));
  });

  it('trains as ever where the stream ends within the window', async () => {
    const few = table.slice(0, 300);
    const usual = { epochs: 3, hidden: 32, latent: 2, seed: 1 };
    const [single, several] = [await run(cut(few, 70)), await run([few], usual)];
    expect(modelsOf(single).map(({ graphs }) => graphs.decoder)).toEqual(
      modelsOf(several).map(({ graphs }) => graphs.decoder),
    );
    expect(rowsOf(batchesOf(single))).toEqual(rowsOf([few]));
    expect(single.filter(({ kind }) => kind === 'epoch')).toHaveLength(3);
  });

  it('measures fidelity where the stream ends within the window, as ever', async () => {
    const options = { ...live, validation: 0.2, stopOn: 'fidelity' } as const;
    const epochs = (await run(cut(table.slice(0, 400), 70), options)).filter((event) => event.kind === 'epoch');
    expect(epochs.map(({ fidelity }) => fidelity?.rows)).toEqual([80, 80, 80]);
  });

  it('refuses empty streams, single rows without anything to learn, other schemas, and options out of range', async () => {
    await expect(run([])).rejects.toThrow(/at least one record batch/);
    await expect(run([table.slice(0, 0)])).rejects.toThrow(/at least 1 row, got 0/);
    await expect(run([table.slice(0, 1)])).rejects.toThrow(/at least 1 column to learn from/);
    const other = table.select(['group', 'count', 'size']) as RecordBatch;
    for (const rows of [100, 600]) await expect(run([table.slice(0, rows), other])).rejects.toThrow(/`name`/);
    for (const options of [
      { warmUp: { rows: 1 } },
      { every: { steps: 0 } },
      { recent: { rows: 0 } },
      // Fewer than the rows of a batch, some of which were never learned.
      { recent: { rows: 499 } },
      { recent: { rows: 63 }, warmUp: { rows: 100 } },
      { recent: { rows: 99 }, batchRows: 100 },
      { recent: { visits: 1.5 } },
      { driftThreshold: -1 },
      { onDrift: 'panic' as 'report' },
      { replay: 'some' as 'none' },
    ]) {
      expect(() => trainVae({ replay: 'none', ...options })).toThrow(RangeError);
    }
    expect(() => trainVae({ onDrift: 'refit' })).toThrow("Expected `replay: 'none'` with `onDrift`");
  });

  it.each([100, 512, 700])('passes an error on that comes after %i rows', async (rows) => {
    const failing = from(cut(table.slice(0, rows), 50)).pipe(
      concatWith(throwError(() => new Error('midway'))),
      trainVae(live),
    );
    const before = activeThreads();
    await expect(lastValueFrom(failing)).rejects.toThrow('midway');
    await expect.poll(activeThreads).toBeLessThanOrEqual(before);
  });

  it('stops at once for a signal', async () => {
    const controller = new AbortController();
    const waiting = from([table]).pipe(concatWith(NEVER), trainVae({ ...live, signal: controller.signal }));
    let emitted = 0;
    const counted = waiting.pipe(
      tap(({ kind }) => {
        if (kind !== 'batch') return;
        emitted += 1;
        if (emitted === 4) controller.abort(new Error('enough'));
      }),
    );
    await expect(lastValueFrom(counted)).rejects.toThrow('enough');
    expect(emitted).toBe(4);
  });

  describe.each<[string, (event: TrainingEvent, step: number) => boolean]>([
    ['learning the window', ({ kind }) => kind === 'step'],
    ['emitting the first model', ({ kind }) => kind === 'model'],
    ['emitting the window', ({ kind }) => kind === 'batch'],
    ['learning the stream', (_, step) => step === 31],
    ['gathering rows after a drift', ({ kind }) => kind === 'drift'],
    ['starting anew', (event) => event.kind === 'step' && event.step > 40 && event.epoch === 2],
  ])('unsubscribed from while %s', (_phase, isReached) => {
    it('leaves no thread, file or descriptor', async () => {
      const directory = await mkdtemp(join(tmpdir(), 'rx-augment-single-'));
      const descriptors = () => (process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0);
      const [filesBefore, threadsBefore] = [descriptors(), activeThreads()];
      const options = { ...live, onDrift: 'refit', memoryBytes: 0, directory } as const;
      let step = 0;
      const pipe = from([...cut(table, 100), ...cut(changedTable(2000, 7), 100)]).pipe(
        trainVae(options),
        tap((event) => {
          if (event.kind === 'step') step = event.step;
        }),
        filter((event) => isReached(event, step)),
      );
      await firstValueFrom(pipe);
      await expect.poll(() => readdir(directory)).toEqual([]);
      await expect.poll(activeThreads).toBeLessThanOrEqual(threadsBefore);
      await expect.poll(descriptors).toBeLessThanOrEqual(filesBefore + 1);
      await rm(directory, { recursive: true });
    });
  });

  it('reads no further ahead than a slow consumer allows, and ends the threads of models that are done', async () => {
    const before = activeThreads();
    let produced = 0;
    const many = fromAsync(async function* () {
      for (let i = 0; i < 40; i += 1) {
        produced += 64;
        yield smallTable(64, i);
      }
    });
    let [consumed, gap, models, threads] = [0, 0, 0, 0];
    await lastValueFrom(
      many.pipe(
        trainVae({ ...live, every: { steps: 4 }, workers: 1 }),
        tap(({ kind }) => (models += Number(kind === 'model'))),
        augment(1),
        perItem(concatMap((batch: RecordBatch) => of(batch).pipe(delay(20)))),
        map((batch) => {
          consumed += batch.numRows / 2;
          if (consumed > 600) gap = Math.max(gap, produced - consumed);
          threads = Math.max(threads, activeThreads());
        }),
      ),
    );
    expect(consumed).toBe(40 * 64);
    expect(models).toBeGreaterThan(14);
    expect(gap).toBeLessThan(16 * 64);
    // The trainer's, and those of the two or three models in use; a thread counts up to twice.
    expect(threads - before).toBeLessThanOrEqual(8);
    await expect.poll(activeThreads).toBeLessThanOrEqual(before);
  });

  it('works for natural values, images and autoencoders', async () => {
    const natural = await run(cut(table, 100), { ...live, decoder: 'factorised' });
    expect(modelsOf(natural)).toHaveLength(4);
    expect(driftsOf(natural)).toEqual([]);
    const images = await run(cut(barImages(700), 50), { ...live, hidden: 16 });
    expect(modelsOf(images).at(-1)?.training.network.kind).toBe('vae');
    expect(batchesOf(images).reduce((sum, { numRows }) => sum + numRows, 0)).toBe(700);
    const { hidden: _, ...options } = live;
    const encoded = from(cut(table, 100)).pipe(trainAutoencoder(options), encode(), toArray());
    expect(rowsOf(await lastValueFrom(encoded))).toHaveLength(1200);
  });

  it('copies clocks, which never come back', async () => {
    const clocked = tableFromJSON(
      rowsOf([table]).map((row, i) => ({ ...row, size: 1.5 * i })),
      table.schema,
    );
    const later = await run(cut(clocked, 100));
    expect(driftsOf(later)).toEqual([]);
    expect(modelsOf(later)[0]?.codec.columns.find(({ name }) => name === 'size')?.reason).toMatch(/clock/);
  });
});

describe('drift', () => {
  const stationary = smallTable(512 * 21, 3);
  const [before, after] = [smallTable(1536, 4), changedTable(3072, 5)];
  const stream = [...cut(before, 128), ...cut(after, 128)];

  it.each(['autoregressive', 'factorised'] as const)('is not seen in 20 windows without, %s', async (decoder) => {
    const events = await run(cut(stationary, 512), { ...live, decoder, recent: { visits: 1 }, every: { steps: 1000 } });
    expect(driftsOf(events)).toEqual([]);
  });

  it.each(['autoregressive', 'factorised'] as const)(
    'is seen within a window of the change, once, in the columns that moved, %s',
    async (decoder) => {
      const drifts = driftsOf(await run(stream, { ...live, decoder }));
      expect(drifts).toHaveLength(1);
      const [{ rows, window, columns }] = drifts as [(typeof drifts)[0]];
      expect(rows).toBeGreaterThan(1536);
      expect(rows).toBeLessThanOrEqual(1536 + 512);
      expect(window).toBe(512);
      const moved = columns.filter((column) => column.moved).map(({ column }) => column);
      expect(moved.toSorted()).toEqual(['count', 'group']);
      expect(columns.map(({ column }) => column)).toContain('size');
      expect(columns.find(({ column }) => column === 'group')?.unseen).toBeGreaterThan(0.01);
    },
  );

  it('is seen in values that take the code of another', async () => {
    // A constant that becomes another, and a number of two values, the larger of which grows.
    const rows = (from: number, to: number, constant: string, high: number) =>
      Array.from({ length: to - from }, (_, i) => ({
        group: constant,
        count: (i * 7) % 10 === 0 ? 0 : high,
        size: ((from + i) * 37) % 101,
        name: 'x',
      }));
    const schema = stationary.schema;
    const changing = [
      tableFromJSON(rows(0, 1000, 'on', 5), schema),
      tableFromJSON(rows(1000, 2000, 'off', 50), schema),
    ];
    const [drift] = driftsOf(await run(changing));
    const moved = drift?.columns.filter((column) => column.moved) ?? [];
    expect(moved.map(({ column }) => column).toSorted()).toEqual(['count', 'group']);
    expect(moved.every(({ unseen }) => unseen > 0.1)).toBe(true);
  });

  it('makes a refit, after which models follow the new distribution', async () => {
    const options = { ...live, warmUp: { rows: 1024 }, epochs: 20, every: { steps: 40 }, hidden: 64 };
    const of = [concat([before, smallTable(1024, 6)]), changedTable(4096, 5)];
    const [report, refit] = [await run(of, options), await run(of, { ...options, onDrift: 'refit' })];
    const [drift] = driftsOf(refit);
    expect(driftsOf(refit)).toHaveLength(1);
    const codecs = [...new Set(modelsOf(refit).map(({ codec }) => codec))];
    expect(codecs).toHaveLength(2);
    const started = refit.flatMap((event) => (event.kind === 'start' ? [event.codec] : []));
    expect(started.map((codec) => codecs.indexOf(codec))).toEqual([0, 1]);
    const steps = refit.filter((event) => event.kind === 'step').map(({ step }) => step);
    expect(steps).toEqual(steps.map((_, i) => i + 1));
    // The window of rows that follows the drift is gathered, then come its models.
    const renewed = refit.flatMap((event) =>
      event.kind === 'batch' && event.model.codec === codecs[1] ? [event.batch.numRows] : [],
    );
    const rows = 2560 + 4096;
    expect(renewed.reduce((sum, count) => sum + count, 0)).toBe(rows - (drift?.rows ?? 0) - 1024);
    expect(rowsOf(batchesOf(refit))).toEqual(rowsOf(of));
    const errorOf = async (events: TrainingEvent[]) => {
      const model = modelsOf(events).at(-1) as FittedModel;
      const drawn = await lastValueFrom(sample(model, 4000, { seed: 1 }).pipe(toArray()));
      return fidelity([changedTable(4000, 9)], drawn, ['group', 'count', 'size']).shapeError;
    };
    const [stale, fresh] = [await errorOf(report), await errorOf(refit)];
    expect(fresh).toBeLessThan(0.06);
    expect(stale).toBeGreaterThan(3 * fresh);
  });

  it('goes on with the model there is where the rows after it cannot be learned, and begins anew from later ones', async () => {
    const single = rowsOf([smallTable(1280, 8)]).map((row) => ({ ...row, group: 'c' }));
    const of = [before, tableFromJSON(single, before.schema), after];
    const events = await run(of, { ...live, onDrift: 'refit', target: 'group' });
    const [first, ...others] = driftsOf(events);
    expect(first?.unfit).toBeUndefined();
    const unfit = others.find((drift) => drift.unfit !== undefined);
    expect(unfit?.unfit).toMatch(/^Expected the target `group` to be a column to learn from/);
    expect(unfit).toMatchObject({ rows: (first?.rows ?? 0) + 512, columns: first?.columns });
    expect(rowsOf(batchesOf(events))).toEqual(rowsOf(of));
    const codecs = [...new Set(modelsOf(events).map(({ codec }) => codec))];
    expect(codecs).toHaveLength(2);
    const steps = events.filter((event) => event.kind === 'step').map(({ step }) => step);
    expect(steps).toEqual(steps.map((_, i) => i + 1));
  });
});
