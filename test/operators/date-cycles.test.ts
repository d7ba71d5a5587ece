import { Field, Int32, type RecordBatch, Schema, TimestampMillisecond, Utf8 } from 'apache-arrow';
import { filter, firstValueFrom, lastValueFrom, of, toArray } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { augment } from '../../src/operators/augment.js';
import { reconstruct } from '../../src/operators/reconstruct.js';
import { sample } from '../../src/operators/sample.js';
import { trainVae } from '../../src/operators/train-vae.js';
import type { FittedModel } from '../../src/training/fitted-model.js';
import { uniformRows } from '../uniform-rows.js';
import { tableFromJSON } from './rows.js';

const rows = 3000;
const u = uniformRows(8, rows, 4);

/** Orders of a year, Monday to Friday: in the shop before noon, online after. */
const table = tableFromJSON(
  Array.from({ length: rows }, (_, row) => {
    const [week, day, hour, pieces] = [u(row, 0), u(row, 1), u(row, 2), u(row, 3)];
    const online = hour > 0.4;
    const time = online ? 12 + 10 * (hour - 0.4) : 8 + 10 * hour;
    const days = 19_002 + 7 * Math.floor(52 * week) + Math.floor(5 * day);
    return {
      ordered: new Date(864e5 * days + 6e4 * Math.floor(60 * time)),
      channel: online ? 'online' : 'shop',
      pieces: 1 + Math.floor(5 * pieces),
    };
  }),
  new Schema([
    new Field('ordered', new TimestampMillisecond(), true),
    new Field('channel', new Utf8(), true),
    new Field('pieces', new Int32(), true),
  ]),
);

interface Order {
  readonly moment: number;
  readonly hour: number;
  /** 0 for Thursday. */
  readonly weekday: number;
  readonly channel: string;
}

function ordersOf(batches: readonly RecordBatch[]): Order[] {
  return batches.flatMap((batch) => {
    const channels = batch.getChild('channel')!;
    return Array.from(batch.getChild('ordered')!, (value, row) => {
      const moment = Number(value);
      return {
        moment,
        hour: (moment % 864e5) / 36e5,
        weekday: Math.floor(moment / 864e5) % 7,
        channel: String(channels.get(row)),
      };
    });
  });
}

const share = (orders: readonly Order[], is: (order: Order) => boolean) => orders.filter(is).length / orders.length;
const isWeekend = ({ weekday }: Order) => weekday === 2 || weekday === 3;
const isAtNight = ({ hour }: Order) => hour < 8 || hour >= 18;
const isMixedUp = ({ hour, channel }: Order) => (hour < 12 ? 'shop' : 'online') !== channel;

describe('what comes round again in dates', () => {
  let model: FittedModel;
  beforeAll(async () => {
    const training = trainVae({ epochs: 12, hidden: 64, latent: 2, seed: 1 });
    const events = of(table).pipe(
      training,
      filter((event) => event.kind === 'model'),
    );
    ({ model } = await firstValueFrom(events));
  });
  afterAll(() => model.close());
  const drawn = async (options: object = {}) =>
    ordersOf(await lastValueFrom(sample(model, 2000, { seed: 2, ...options }).pipe(toArray())));

  it('is there in new records, with what goes with it', async () => {
    expect(model.codec.parts.map(({ part }) => part)).toEqual(['weekday', 'time']);
    const orders = await drawn();
    expect(share(orders, isAtNight)).toBeLessThan(0.01);
    expect(share(orders, isWeekend)).toBeLessThan(0.01);
    expect(share(orders, isMixedUp)).toBeLessThan(0.1);
    expect(new Set(orders.map(({ weekday }) => weekday)).size).toBeGreaterThanOrEqual(5);
  });

  it('is there under conditions, which hold', async () => {
    const [from, to] = [new Date('2022-03-02T10:30:00Z'), new Date('2022-04-05T09:00:00Z')];
    const orders = await drawn({ where: { ordered: [from, to], channel: 'shop' } });
    expect(orders).toHaveLength(2000);
    expect(orders.filter(({ moment, channel }) => moment < +from || moment > +to || channel !== 'shop')).toEqual([]);
    // At the ends of the range codes may have no room for any better.
    const inside = orders.filter(({ moment }) => moment > +from + 7 * 864e5 && moment < +to - 7 * 864e5);
    expect(inside.length).toBeGreaterThan(800);
    expect(share(inside, isAtNight)).toBeLessThan(0.01);
    expect(share(inside, isWeekend)).toBeLessThan(0.01);
    expect(share(orders, isAtNight)).toBeLessThan(0.1);
    const hour = [from, new Date(+from + 36e5)];
    const some = await drawn({ where: { ordered: hour } });
    expect(some.filter(({ moment }) => moment < +hour[0]! || moment > +hour[1]!)).toEqual([]);
  });

  it('is there in variants and reconstructions', async () => {
    const [variants, reconstructed, balanced] = await Promise.all([
      lastValueFrom(of(table).pipe(augment(1, { model, originals: false }), toArray())),
      lastValueFrom(of(table).pipe(reconstruct({ model }), toArray())),
      lastValueFrom(of(table).pipe(augment(1, { model, balance: 'channel' }), toArray())),
    ]);
    for (const orders of [variants, reconstructed, balanced].map(ordersOf)) {
      expect(share(orders, isAtNight)).toBeLessThan(0.01);
      expect(share(orders, isWeekend)).toBeLessThan(0.01);
    }
  });
});
