import type { RecordBatch } from 'apache-arrow';
import { filter, firstValueFrom, lastValueFrom, type OperatorFunction, of, tap, toArray } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { batchOf } from '../../src/batches/batch-of.js';
import { gather } from '../../src/batches/gather.js';
import { type AugmentOptions, augment } from '../../src/operators/augment.js';
import type { Balance } from '../../src/operators/balance.js';
import type { Where } from '../../src/operators/condition.js';
import { sample } from '../../src/operators/sample.js';
import { trainAutoencoder } from '../../src/operators/train-autoencoder.js';
import { trainVae } from '../../src/operators/train-vae.js';
import type { FittedModel } from '../../src/training/fitted-model.js';
import type { TrainingEvent } from '../../src/training/training-event.js';
import { smallTable } from './table.js';

interface Row {
  readonly group: string;
  readonly count: number;
  readonly size: number;
  readonly name: string | null;
}

const table = smallTable(3000);
const fitted = async (options: object): Promise<FittedModel> => {
  const training = trainVae({ epochs: 30, hidden: 64, latent: 2, seed: 1, ...options });
  const events = of(table).pipe(
    training,
    filter((event) => event.kind === 'model'),
  );
  return (await firstValueFrom(events)).model;
};
const rowsOf = (batches: readonly RecordBatch[]): Row[] =>
  batches.flatMap((batch) => batch.toArray().map((row) => row!.toJSON() as unknown as Row));
const gatherRows = ({ schema, data }: RecordBatch, rows: readonly number[]) =>
  batchOf(
    schema,
    rows.length,
    data.children.map((column) => gather(column, Int32Array.from(rows))),
  );
const mean = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;
const real = rowsOf([table]);

describe('conditions and balance', () => {
  let model: FittedModel;
  let leading: FittedModel;
  beforeAll(async () => {
    model = await fitted({});
    leading = await fitted({ conditions: ['count'] });
  });
  afterAll(() => Promise.all([model.close(), leading.close()]));
  const drawn = async (of: FittedModel, where: Where, count = 1500) =>
    rowsOf(await lastValueFrom(sample(of, count, { where, seed: 3 }).pipe(toArray())));

  it('satisfy every condition in every record', async () => {
    for (const of of [model, leading]) {
      const rows = await drawn(of, { group: { in: ['a', 'b'] }, size: [1.5, 7.25] });
      expect(rows).toHaveLength(1500);
      expect(rows.every(({ group, size }) => ['a', 'b'].includes(group) && size >= 1.5 && size <= 7.25)).toBe(true);
      const one = await drawn(of, { count: 17 }, 100);
      expect(new Set(one.map(({ count }) => count))).toEqual(new Set([17]));
    }
  });

  it('draw the other columns as the model has them under the condition, first in the order or not', async () => {
    for (const of of [model, leading]) {
      const all = rowsOf(await lastValueFrom(sample(of, 20_000, { seed: 9 }).pipe(toArray())));
      // By throwing away what does not satisfy the condition, which gives the same distribution at a price.
      const check = async (where: Where, satisfies: (row: Row) => boolean) => {
        const [rows, wanted] = [await drawn(of, where), all.filter(satisfies)];
        expect(wanted.length).toBeGreaterThan(500);
        for (const label of 'abc') {
          const share = (some: readonly Row[]) => mean(some.map(({ group }) => Number(group === label)));
          expect(Math.abs(share(rows) - share(wanted))).toBeLessThan(0.07);
        }
        for (const name of ['count', 'size'] as const) {
          const average = (some: readonly Row[]) => mean(some.map((row) => row[name]));
          expect(Math.abs(average(rows) - average(wanted))).toBeLessThan(0.6);
        }
      };
      await check({ count: [18, 21] }, ({ count }) => count >= 18 && count <= 21);
      // The last column: the records before it are chosen by how well they go with it.
      await check({ size: [11, 20] }, ({ size }) => size >= 11);
    }
  });

  it('depend on seed and place alone', async () => {
    const parts = async (batchRows: number) =>
      rowsOf(await lastValueFrom(sample(model, 60, { where: { group: 'b' }, seed: 5, batchRows }).pipe(toArray())));
    expect(await parts(7)).toEqual(await parts(60));
  });

  it.each<[Where, RegExp]>([
    [{ colour: 'red' }, /conditions on the columns `group`, .*got one on `colour`/],
    [
      { group: ['a', 'b'] as never },
      /a range \[low, high\] of numbers or Dates, or { in: \[...\] }, for `group`, got \["a","b"\]/,
    ],
    [{ count: '12' }, /satisfies, got "12": the column has numbers/],
    [{ count: Number.NaN }, /some value of `count` satisfies, got "NaN"/],
    [{ group: 'z' }, /condition that some value of `group` satisfies, got "z"/],
    [{ count: [40, 50] }, /some value of `count` satisfies, got \[40,50\]/],
    [{ count: [5, 4] }, /Expected a range \[low, high\] for `count`, got \[5,4\]/],
    [{ name: 'name 1' }, /condition on a modelled column, got `name`/],
  ])('refuse %j', (where, message) => {
    expect(() => sample(model, 1, { where })).toThrow(message);
  });

  it('give every class as many records, and keep the class of each record', async () => {
    for (const copies of [0, 2]) {
      const batches = [table.slice(0, 1100), table.slice(1100)];
      const events = of(...batches).pipe(augment(copies, { model, balance: 'group', seed: 1 }), toArray());
      const rows = rowsOf(await lastValueFrom(events));
      const counts = (label: string) => rows.filter(({ group }) => group === label).length;
      const largest = real.filter(({ group }) => group === 'c').length;
      for (const label of 'abc') expect(counts(label)).toBe((copies + 1) * largest);
      // Originals in order, each followed by variants of its own class.
      const names = real.map(({ name }) => name);
      let at = -1;
      for (const { name, group } of rows) {
        if (name !== names[at]) at += 1;
        expect(name).toBe(names[at]);
        expect(group).toBe(real[at]!.group);
      }
      expect(at).toBe(real.length - 1);
    }
  });

  it('balance a table that is sorted by class, whose parts hold records without variants alone', async () => {
    const byClass = (label: string) => real.flatMap(({ group }, row) => (group === label ? [row] : []));
    const sorted = gatherRows(table, ['c', 'b', 'a'].flatMap(byClass));
    for (const originals of [true, false]) {
      const events = of(sorted).pipe(augment(0, { model, balance: 'group', originals }), toArray());
      const rows = rowsOf(await lastValueFrom(events));
      const largest = byClass('c').length;
      const left = (label: string) => largest - (originals ? 0 : byClass(label).length);
      for (const label of 'abc') expect(rows.filter(({ group }) => group === label)).toHaveLength(left(label));
    }
  });

  it('draw few at a time, however rare a class is', async () => {
    // One record of `a`, of which 2,999 others are made, among 3,000 of `b`; the class is not the first column of this model.
    const [a, b] = ['a', 'b'].map((label) => real.findIndex(({ group }) => group === label));
    const rare = gatherRows(table, [b!, a!, ...Array.from({ length: 2999 }, () => b!)]);
    const counts = { a: 1, b: 3000 };
    const balanced = async (batches: RecordBatch[]) => {
      const draws: number[] = [];
      const counting: FittedModel = {
        ...leading,
        drawAllowed(given, rows) {
          draws.push(rows);
          return leading.drawAllowed(given, rows);
        },
      };
      const options = { model: counting, balance: { column: 'group', counts }, seed: 4 };
      return { draws, out: await lastValueFrom(of(...batches).pipe(augment(0, options), toArray())) };
    };
    const { draws, out } = await balanced([rare]);
    expect(Math.max(...draws)).toBeLessThanOrEqual(2048);
    expect(draws.reduce((sum, rows) => sum + rows, 0)).toBe(8 * 2999);
    const rows = rowsOf(out);
    expect(rows.map(({ group }) => group).join('')).toBe(`b${'a'.repeat(3000)}${'b'.repeat(2999)}`);
    expect(new Set(rows.slice(1, 3001).map(({ size }) => size)).size).toBeGreaterThan(20);
    expect(rowsOf((await balanced([rare.slice(0, 1), rare.slice(1, 40), rare.slice(40)])).out)).toEqual(rows);
  });

  it('go on giving every class as many where the stream is longer than the training data', async () => {
    const rows = rowsOf(
      await lastValueFrom(of(table, table).pipe(augment(0, { model, balance: 'group', seed: 1 }), toArray())),
    );
    const largest = real.filter(({ group }) => group === 'c').length;
    for (const label of 'abc') expect(rows.filter(({ group }) => group === label)).toHaveLength(2 * largest);
  });

  it('give the shares asked for, and take the counts of another stream', async () => {
    const shares = { a: 1, b: 1, c: 2 };
    const rows = rowsOf(
      await lastValueFrom(of(table).pipe(augment(0, { model, balance: { column: 'group', shares } }), toArray())),
    );
    const counts = 'abc'.split('').map((label) => rows.filter(({ group }) => group === label).length);
    expect(counts[0]).toBe(counts[1]);
    expect(counts[2]).toBe(2 * counts[0]!);
    const few = table.slice(0, 100);
    const own = Object.fromEntries(
      'abc'.split('').map((label) => [label, rowsOf([few]).filter(({ group }) => group === label).length]),
    );
    const balanced = rowsOf(
      await lastValueFrom(of(few).pipe(augment(0, { model, balance: { column: 'group', counts: own } }), toArray())),
    );
    const classes = 'abc'.split('').map((label) => balanced.filter(({ group }) => group === label).length);
    expect(new Set(classes)).toEqual(new Set([Math.max(...Object.values(own))]));
    expect(() => augment(1, { model, balance: 'size' })).toThrow(/column of categories to balance, got `size`/);
    expect(() => augment(1, { model, balance: 'colour' })).toThrow(/column `colour` to balance, got none/);
  });

  it.each<[unknown, string]>([
    ['group=a', 'Expected `where` as conditions by column, { column: value }, got "group=a"'],
    [['group', 'a'], 'Expected `where` as conditions by column, { column: value }, got an array'],
    [null, 'Expected `where` as conditions by column, { column: value }, got null'],
    [{ group: { eq: 'a' } }, 'or { in: [...] } as the condition on `group`, got {"eq":"a"}'],
    [{ group: { in: 'a' } }, 'or { in: [...] } as the condition on `group`, got {"in":"a"}'],
    [{ group: { in: ['a'], not: 'b' } }, 'as the condition on `group`, got {"in":["a"],"not":"b"}'],
    [{ count: () => true }, 'as the condition on `count`, got a function'],
    [{ count: undefined }, 'as the condition on `count`, got undefined'],
  ])('are refused as %j', (where, message) => {
    const call = () => sample(model, 1, { where: where as Where });
    expect(call).toThrow(TypeError);
    expect(call).toThrow(message);
  });

  it.each<[unknown, string]>([
    [{ shares: { a: 1 } }, 'Expected the name of a column to balance, got undefined'],
    [{ column: 'group', shares: 'a' }, 'Expected shares to balance by as { value: number }, got "a"'],
    [{ column: 'group', shares: { a: -1 } }, 'Expected shares to balance by of at least 0, got -1 for a'],
    [{ column: 'group', counts: { a: '7' } }, 'Expected counts to balance by of at least 0, got "7" for a'],
  ])('are refused to balance by %j', (balance, message) => {
    expect(() => augment(1, { model, balance: balance as Balance })).toThrow(message);
  });

  it.each<[string, OperatorFunction<RecordBatch, TrainingEvent>, AugmentOptions, string]>([
    ['a column to balance', trainVae(), { balance: 'size' }, 'Expected a column of categories to balance, got `size`'],
    ['shares', trainVae(), { balance: { column: 'group', shares: { z: 1 } } }, 'values of `group` (c, b, a), got z'],
    ['a single pass', trainVae({ replay: 'none', warmUp: { rows: 64 } }), { balance: 'name' }, 'got `name`'],
    ['a short single pass', trainVae({ replay: 'none' }), { balance: 'name' }, 'got `name`'],
    ['an autoencoder', trainAutoencoder(), {}, 'Expected a variational model to draw variants from'],
  ])('tell of %s that does not fit before anything is learned', async (_, training, options, message) => {
    const kinds: string[] = [];
    const events = of(table).pipe(
      training,
      tap(({ kind }) => kinds.push(kind)),
      augment(1, options),
    );
    await expect(lastValueFrom(events)).rejects.toThrow(message);
    expect(kinds).toEqual(['start']);
  });

  it('are of columns to learn from, which is told before anything is learned', async () => {
    const kinds: string[] = [];
    const events = of(table).pipe(
      trainVae({ conditions: ['group', 'name'] }),
      tap(({ kind }) => kinds.push(kind)),
    );
    await expect(lastValueFrom(events)).rejects.toThrow(
      'Expected conditions to be columns to learn from, got `name` with ',
    );
    expect(kinds).toEqual([]);
  });
});
