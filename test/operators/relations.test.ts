import type { RecordBatch } from 'apache-arrow';
import { filter, firstValueFrom, lastValueFrom, of, toArray } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ruleText } from '../../src/columns/number-rule.js';
import { augment } from '../../src/operators/augment.js';
import { reconstruct } from '../../src/operators/reconstruct.js';
import { sample } from '../../src/operators/sample.js';
import { trainVae } from '../../src/operators/train-vae.js';
import type { FittedModel } from '../../src/training/fitted-model.js';
import { shops, shopTable } from '../columns/shop-table.js';

interface Sale {
  readonly shop: number;
  readonly zip: number;
  readonly town: string;
  readonly region: string;
  readonly pieces: number;
  readonly price: number;
  readonly total: number;
  readonly ordered: Date;
  readonly shipped: Date;
}

const table = shopTable(2500);
const known = new Map(shops.map((shop) => [shop.shop, shop]));
const isBroken = ({ pieces, price, total, ordered, shipped, ...shop }: Sale) => {
  const days = (Number(shipped) - Number(ordered)) / 864e5;
  const isShop = JSON.stringify(shop) === JSON.stringify(known.get(shop.shop));
  return !isShop || Math.abs(total - pieces * price) > 0.005 || days < 1 || days > 6;
};
const rowsOf = (batches: readonly RecordBatch[]): Sale[] =>
  batches.flatMap((batch) => batch.toArray().map((row) => row!.toJSON() as unknown as Sale));

describe('relations between columns', () => {
  const fitted = async (options: object): Promise<FittedModel> => {
    const training = trainVae({ epochs: 4, hidden: 32, latent: 2, seed: 1, ...options });
    return (
      await firstValueFrom(
        of(table).pipe(
          training,
          filter((event) => event.kind === 'model'),
        ),
      )
    ).model;
  };
  let model: FittedModel;
  let free: FittedModel;
  beforeAll(async () => {
    model = await fitted({});
    free = await fitted({ relations: false });
  });
  afterAll(() => Promise.all([model.close(), free.close()]));
  const drawn = async (of: FittedModel, options: object = {}) =>
    rowsOf(await lastValueFrom(sample(of, 2000, { seed: 3, ...options }).pipe(toArray())));

  it('hold in new records, unless they are not to', async () => {
    const rows = await drawn(model);
    expect(rows.filter(isBroken)).toEqual([]);
    expect(new Set(rows.map(({ shop }) => shop)).size).toBeGreaterThan(60);
    expect((await drawn(model, { from: 'prior' })).filter(isBroken)).toEqual([]);
    expect(model.codec.rules.map(ruleText)).toEqual(['ordered < shipped', 'total = pieces * price']);
    expect(model.codec.differences.map(({ column }) => column)).toEqual(['shipped']);
    expect(free.codec.differences).toEqual([]);
    expect(free.codec.dependencies).toEqual([]);
    expect(free.codec.rules).toEqual([]);
    expect((await drawn(free)).filter(isBroken).length).toBeGreaterThan(200);
  });

  it('hold in variants and reconstructions', async () => {
    const [variants, reconstructed] = await Promise.all([
      lastValueFrom(of(table).pipe(augment(1, { model, originals: false }), toArray())),
      lastValueFrom(of(table).pipe(reconstruct({ model }), toArray())),
    ]);
    expect(rowsOf(variants).filter(isBroken)).toEqual([]);
    expect(rowsOf(reconstructed).filter(isBroken)).toEqual([]);
  });

  it('hold under conditions, on what determines and what is determined', async () => {
    for (const where of [
      { region: 'S' },
      { town: { in: ['town 3', 'town 4'] } },
      { shop: [1100, 1300] as const, pieces: 2 },
      { zip: [88_000, 89_000] as const },
      { shop: shops[17]!.shop },
      { total: [20, 40] as const, price: [2, 12.5] as const },
      { shipped: [new Date('2022-05-01'), new Date('2022-05-09')] as const },
      { ordered: [new Date('2022-05-01'), new Date('2022-05-09')] as const, shipped: new Date('2022-05-05') },
    ]) {
      const rows = await drawn(model, { where });
      expect(rows).toHaveLength(2000);
      expect(rows.filter(isBroken)).toEqual([]);
      for (const [name, condition] of Object.entries(where)) {
        const values = rows.map((row) => row[name as keyof Sale]);
        const satisfies = (value: unknown) =>
          Array.isArray(condition)
            ? Number(value) >= Number(condition[0]) && Number(value) <= Number(condition[1])
            : typeof condition === 'object' && 'in' in condition
              ? (condition as { in: string[] }).in.includes(String(value))
              : String(value) === String(Number(condition) || condition);
        expect(values.filter((value) => !satisfies(value))).toEqual([]);
      }
    }
  });

  it('hold in the variants of a class, which keep their class', async () => {
    const balanced = rowsOf(await lastValueFrom(of(table).pipe(augment(1, { model, balance: 'region' }), toArray())));
    expect(balanced.filter(isBroken)).toEqual([]);
    const pieces = rowsOf(await lastValueFrom(of(table).pipe(augment(1, { model, balance: 'pieces' }), toArray())));
    expect(pieces.filter(isBroken)).toEqual([]);
    const counts = ['N', 'S', 'W'].map((region) => balanced.filter((row) => row.region === region).length);
    expect(new Set(counts).size).toBe(1);
  });
});
