import {
  DateDay,
  Field,
  Float64,
  Int32,
  Int64,
  type RecordBatch,
  Schema,
  Table,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import { firstValueFrom, from, lastValueFrom, NEVER, Observable, of, Subject, throwError } from 'rxjs';
import { filter, take, tap, toArray } from 'rxjs/operators';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { batchOf as toBatch } from '../../src/batches/batch-of.js';
import { SchemaMismatchError } from '../../src/errors.js';
import { fromAsync, hold } from '../../src/operators/flow.js';
import type { GateSummary } from '../../src/operators/gate-options.js';
import { type PrivacyGateOptions, privacyGate } from '../../src/operators/privacy-gate.js';
import { sample } from '../../src/operators/sample.js';
import { trainVae } from '../../src/operators/train-vae.js';
import { randomKey, uniformAt } from '../../src/random.js';
import type { FittedModel } from '../../src/training/fitted-model.js';
import { tableFromJSON } from './rows.js';
import { smallTable } from './table.js';

const table = smallTable(600);
const inBatches = (batch: RecordBatch, size: number) =>
  Array.from({ length: Math.ceil(batch.numRows / size) }, (_, i) =>
    batch.slice(i * size, Math.min(batch.numRows, (i + 1) * size)),
  );
const rowsOf = (batches: readonly RecordBatch[]) =>
  new Table(batches as RecordBatch[]).toArray().map((row) => row?.toJSON());
const keyOf = (row: Record<string, unknown>) => [row.group, row.count, row.size].join();
const threads = () =>
  process.getActiveResourcesInfo().filter((name) => name === 'MessagePort' || name === 'Worker').length;
const schema = new Schema([new Field('x', new Float64(), true), new Field('c', new Utf8(), true)]);
const records = (...rows: (readonly [number | null, string | null])[]) =>
  tableFromJSON(
    rows.map(([x, c]) => ({ x, c })),
    schema,
  );

async function gated(source: Observable<RecordBatch>, options: PrivacyGateOptions) {
  let summary: GateSummary | undefined;
  const onSummary = (found: GateSummary) => {
    summary = found;
  };
  const batches = await lastValueFrom(source.pipe(privacyGate({ ...options, onSummary }), toArray()));
  return { rows: rowsOf(batches), summary: summary as GateSummary, batches };
}

describe('privacyGate', () => {
  const reference = records([0, 'a'], [1, 'a'], [1, 'a'], [5, 'b'], [9, null], [null, 'b']);

  it('drops copies of records that occur once, and nothing else at a bound of 0', async () => {
    const asked = records([0, 'a'], [1, 'a'], [5, 'b'], [5, 'a'], [9, null], [9, 'new'], [null, 'b'], [null, null]);
    const { rows, summary } = await gated(of(asked), { reference: [reference], minDistance: 0 });
    expect(rows.map((row) => [row?.x, row?.c])).toEqual([
      [1, 'a'],
      [5, 'a'],
      [9, 'new'],
      [null, null],
    ]);
    expect(summary).toMatchObject({ kept: 4, dropped: 4, redrawn: 0, refused: 4, copies: 4, minDistance: 0 });
    expect(summary).toMatchObject({ referenceRows: 6, guarded: 4 });
  });

  it('misses nothing of a stream that already runs', async () => {
    const live = new Subject<RecordBatch>();
    const passed = gated(live, { reference: from([reference]), minDistance: 0 });
    live.next(records([5, 'a'], [0, 'a']));
    live.next(records([9, 'new']));
    live.complete();
    expect((await passed).rows.map((row) => row?.x)).toEqual([5, 9]);
  });

  it('drops what is nearer than the bound: categories by agreement, numbers by rank', async () => {
    // Of the numbers 0, 1, 1, 5, 9: 4 is below three fifths, 5 in the middle of the fourth.
    const asked = records([4, 'b'], [5, 'c'], [100, 'b']);
    const kept = async (minDistance: number) =>
      (await gated(of(asked), { reference: [reference], minDistance })).rows.map((row) => row?.x);
    expect(await kept(0.09)).toEqual([4, 5, 100]);
    expect(await kept(0.11)).toEqual([5, 100]);
    expect(await kept(0.31)).toEqual([5]);
    expect(await kept(1.01)).toEqual([]);
  });

  it('refuses the given share of fresh real records, and every copy', async () => {
    const wide = new Schema(['x', 'y', 'z'].map((name) => new Field(name, new Float64())));
    const fine = (seed: number, rows: number) =>
      tableFromJSON(
        Array.from({ length: rows }, (_, i) => {
          const [x, y, z] = [0, 1, 2].map((c) => uniformAt(randomKey(seed), i, c));
          return { x, y, z };
        }),
        wide,
      );
    const training = fine(1, 500);
    const options = { reference: inBatches(training, 100), holdout: [fine(2, 4000)], minShare: 0.2 };
    const { summary } = await gated(of(fine(3, 4000)), options);
    expect(summary).toMatchObject({ copies: 0, guarded: 500 });
    expect(summary.freshShare).toBeCloseTo(0.2, 2);
    // A standard error is 0.9 points.
    expect(Math.abs(summary.dropped / 4000 - 0.2)).toBeLessThan(0.03);
    const without = await gated(of(fine(3, 4000)), { reference: [training], minShare: 0.2 });
    expect(Math.abs(without.summary.dropped / 4000 - 0.2)).toBeLessThan(0.06);
    expect((await gated(of(training), options)).summary).toMatchObject({ kept: 0, copies: 500, dropped: 500 });
  });

  it('does not depend on batches, of records or of the reference, and keeps their order', async () => {
    const asked = smallTable(700, 3);
    const options = { columns: ['group', 'count', 'size'], minShare: 0.3 };
    const whole = await gated(of(asked), { ...options, reference: [table] });
    const parts = await gated(from(inBatches(asked, 61)), { ...options, reference: from(inBatches(table, 77)) });
    expect(parts.rows).toEqual(whole.rows);
    expect(parts.summary).toEqual(whole.summary);
    const order = whole.rows.map((row) => Number(String(row?.name).slice(5)));
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(whole.summary.kept + whole.summary.dropped).toBe(700);
  });

  it('leaves identifiers out by itself, and passes empty batches and streams', async () => {
    const renamed = tableFromJSON(
      rowsOf([table]).map((row, i) => ({ ...row, name: `other ${i}` })),
      table.schema,
    );
    const { summary } = await gated(of(renamed), { reference: [table], minDistance: 0 });
    expect(summary.copies).toBe(summary.guarded);
    expect(summary.copies).toBeGreaterThan(100);
    const empty = await gated(of(table.slice(0, 0)), { reference: [table] });
    expect(empty.batches.map(({ numRows }) => numRows)).toEqual([0]);
    expect((await gated(from([]), { reference: [table] })).summary.kept).toBe(0);
  });

  const keyed = (rows: number, isNull = false) => {
    const days = (i: number) => new Date(Date.UTC(2024, 0, 1 + Math.floor(i / 2)));
    const types = { rising: new Int32(), key: new Int64(), day: new DateDay(), x: new Float64(), size: new Int32() };
    return tableFromJSON(
      Array.from({ length: rows }, (_, i) => ({
        rising: isNull ? null : 2 * i,
        key: isNull ? null : BigInt((7 * i) % rows),
        day: isNull ? null : days(i),
        x: uniformAt(randomKey(1), i),
        size: (i * 37) % 40,
      })),
      new Schema(Object.entries(types).map(([name, type]) => new Field(name, type, true))),
    );
  };

  it('leaves keys and clocks out by itself, which new records do not have', async () => {
    const { summary } = await gated(of(keyed(200, true)), { reference: [keyed(200)], minDistance: 0 });
    expect(summary).toMatchObject({ kept: 0, copies: 200 });
    // In few rows whole numbers may differ by chance.
    const few = await gated(of(keyed(10).slice(0, 5)), { reference: [keyed(10)], minDistance: 0.5 });
    expect(few.summary).toMatchObject({ kept: 0, copies: 5 });
  });

  it('refuses a batch without any value of a column that the reference always has', async () => {
    const named = { reference: [keyed(200)], columns: ['key', 'x'], minDistance: 0 };
    const error = await gated(of(keyed(200, true)), named).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(SchemaMismatchError);
    expect(error).toMatchObject({ column: 'key', message: expect.stringMatching(/name the columns to compare$/) });
    await expect(gated(of(keyed(10, true)), { reference: [keyed(10)] })).rejects.toThrow(
      /column `rising` to have values/,
    );
    expect((await gated(of(keyed(200, true).slice(0, 0)), named)).summary.kept).toBe(0);
  });

  it('refuses copies however many levels a named column has', async () => {
    const type = new Utf8();
    const texts = vectorFromArray(
      Array.from({ length: 50_100 }, (_, i) => `level ${i}`),
      type,
    );
    const numbers = vectorFromArray(Float64Array.from({ length: 50_100 }, (_, i) => i % 7));
    const many = toBatch(schema, 50_100, [numbers.data[0]!, texts.data[0]!]);
    const last = many.slice(50_000, 50_100);
    const { summary } = await gated(of(last), { reference: [many], columns: ['c', 'x'], minDistance: 0 });
    expect(summary).toMatchObject({ kept: 0, copies: 100 });
  });

  it('refuses what it cannot compare', async () => {
    const run = (source: Observable<RecordBatch>, options: PrivacyGateOptions) =>
      lastValueFrom(source.pipe(privacyGate(options), toArray()));
    expect(() => privacyGate({ reference: [], minDistance: -1 })).toThrow(RangeError);
    expect(() => privacyGate({ reference: [], minShare: 0.6 })).toThrow(/in \[0, 0\.5\], got 0\.6/);
    expect(() => privacyGate({ reference: [], minShare: 0.1, minDistance: 1 })).toThrow(TypeError);
    await expect(run(of(table), { reference: [] })).rejects.toThrow(/Expected rows, got none \(reference table\)/);
    await expect(run(of(table), { reference: [table], maxReferenceRows: 599 })).rejects.toThrow(/at most 599 rows/);
    await expect(run(of(table), { reference: [table], columns: ['age'] })).rejects.toThrow(SchemaMismatchError);
    await expect(run(of(table), { reference: [table], holdout: [reference] })).rejects.toThrow(/holdout table/);
    const distinct = records(...Array.from({ length: 50 }, (_, i): [number, string] => [i % 25, i < 25 ? 'a' : 'b']));
    await expect(run(of(distinct), { reference: [distinct], holdout: [distinct] })).rejects.toThrow(
      'Expected real records that are not among the reference, got 50 of 50 that are (by chance: 0) (holdout table)',
    );
    await expect(run(of(reference), { reference: [table] })).rejects.toThrow(/column `group` to be a category/);
    const failing = throwError(() => new Error('from above'));
    await expect(run(failing, { reference: [table] })).rejects.toThrow('from above');
    await expect(run(of(table), { reference: failing })).rejects.toThrow('from above');
    await expect.poll(threads).toBe(0);
  });

  it('reads no faster than its results are taken, and leaves no thread when unsubscribed from', async () => {
    const before = threads();
    let [made, returned] = [0, false];
    const endless = fromAsync(async function* () {
      try {
        for (; ; made += 1) yield table;
      } finally {
        returned = true;
      }
    });
    const taken: RecordBatch[] = [];
    const subscription = endless.pipe(privacyGate({ reference: [smallTable(600, 5)] })).subscribe((batch) => {
      hold();
      taken.push(batch);
    });
    await expect.poll(() => taken.length).toBe(4);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(taken).toHaveLength(4);
    expect(made).toBeLessThan(12);
    subscription.unsubscribe();
    await expect.poll(() => returned).toBe(true);
    await expect.poll(threads).toBeLessThanOrEqual(before);
  });

  it('gives up a reference that does not come when unsubscribed from', async () => {
    let ended = false;
    const never = new Observable<RecordBatch>((subscriber) => {
      subscriber.next(table);
      subscriber.add(() => {
        ended = true;
      });
    });
    const subscription = NEVER.pipe(privacyGate({ reference: never })).subscribe();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(ended).toBe(false);
    subscription.unsubscribe();
    await expect.poll(() => ended).toBe(true);
  });
});

describe('sample through a gate', () => {
  let model: FittedModel;
  beforeAll(async () => {
    const training = trainVae({ epochs: 20, hidden: 64, latent: 2, seed: 1 });
    const events = of(table).pipe(
      training,
      filter((event) => event.kind === 'model'),
    );
    model = (await firstValueFrom(events)).model;
  });
  afterAll(() => model.close());

  async function drawn(count: number, gate?: object, options = {}) {
    let summary: GateSummary | undefined;
    const onSummary = (found: GateSummary) => {
      summary = found;
    };
    const given = gate && { gate: { reference: [table], ...gate, onSummary } };
    const batches = await lastValueFrom(sample(model, count, { seed: 5, ...options, ...given }).pipe(toArray()));
    return { rows: rowsOf(batches), summary: summary as GateSummary };
  }

  it('draws again what is refused, so that the count stays, and leaves the rest as it is', async () => {
    const plain = (await drawn(1500)).rows;
    const { rows, summary } = await drawn(1500, { minShare: 0.2 });
    expect(rows).toHaveLength(1500);
    const other = rows.filter((row, i) => keyOf(row!) !== keyOf(plain[i]!)).length;
    expect(summary).toMatchObject({ kept: 1500, dropped: 0 });
    expect(summary.redrawn).toBeGreaterThan(30);
    expect(summary.redrawn).toBe(other);
    expect(summary.refused).toBeGreaterThanOrEqual(summary.redrawn);
    const again = await gated(of(tableFromJSON(rows as never, table.schema)), {
      reference: [table],
      columns: ['group', 'count', 'size'],
      minDistance: summary.minDistance,
    });
    expect(again.summary.dropped).toBe(0);
    expect(again.summary.minDistance).toBe(summary.minDistance);
  });

  it('gives the same records for a seed and any size of batches', async () => {
    const whole = await drawn(400, { minShare: 0.3 });
    const parts = await drawn(400, { minShare: 0.3 }, { batchRows: 37 });
    expect(parts).toEqual(whole);
    expect((await drawn(150, { minShare: 0.3 })).rows).toEqual(whole.rows.slice(0, 150));
    expect((await drawn(0, {})).rows).toEqual([]);
  });

  it('keeps conditions', async () => {
    const { rows, summary } = await drawn(300, { minShare: 0.3 }, { where: { group: 'a' } });
    expect(rows.map((row) => row?.group)).toEqual(Array.from({ length: 300 }, () => 'a'));
    expect(summary.redrawn).toBeGreaterThan(0);
  });

  it('ends with an error when no draw passes', async () => {
    // Records that several training rows share pass at any distance, so one draw in three or so is refused.
    await expect(drawn(200, { minDistance: 3, attempts: 2 })).rejects.toThrow(
      /Expected record \d+ to pass the gate within 2 draws, got none/,
    );
    expect(() => sample(model, 1, { gate: { reference: [], attempts: 0 } })).toThrow(RangeError);
  });

  it('starts anew for each subscription, and leaves no thread after an early end', async () => {
    await model.close();
    await expect.poll(threads).toBe(0);
    const few = sample(model, 5000, { batchRows: 10, gate: { reference: [table] } }).pipe(take(2));
    let seen = 0;
    const count = tap<RecordBatch>(() => {
      seen += 1;
    });
    const first = await lastValueFrom(few.pipe(count));
    expect(rowsOf([await lastValueFrom(few.pipe(count))])).toEqual(rowsOf([first]));
    expect(seen).toBe(4);
    await expect.poll(threads).toBe(0);
  });

  it('leaves no thread where it is unsubscribed from while records are drawn', async () => {
    const before = threads();
    let released = false;
    let end = () => {};
    const slow: FittedModel = {
      ...model,
      retain() {
        const release = model.retain();
        return () => {
          released = true;
          release();
        };
      },
      async draw(uniforms, rows) {
        const drawn = await model.draw(uniforms, rows);
        end();
        // The gate's thread has ended before it is asked.
        await new Promise((resolve) => setTimeout(resolve, 200));
        return drawn;
      },
    };
    const subscription = sample(slow, 20, { gate: { reference: [table] } }).subscribe();
    end = () => subscription.unsubscribe();
    await expect.poll(() => released).toBe(true);
    await expect.poll(threads).toBeLessThanOrEqual(before);
  });
});
