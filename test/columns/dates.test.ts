import {
  type DataType,
  DateDay,
  DateMillisecond,
  Int32,
  type RecordBatch,
  TimestampMicrosecond,
  TimestampMillisecond,
  TimestampNanosecond,
  TimestampSecond,
} from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import type { Codec } from '../../src/columns/codec.js';
import { codecFromJson } from '../../src/columns/codec-from-json.js';
import { fillUniforms, randomKey } from '../../src/random.js';
import { batchOf, fitted, valuesOf } from '../conformance/describe-column.js';

const key = randomKey(5);
const n = 3000;
const DAY = 86_400_000;
const uniforms = (count: number, seed = 0) => {
  const values = new Float32Array(count);
  fillUniforms(
    key,
    Uint32Array.from({ length: count }, (_, i) => i + seed),
    1,
    values,
  );
  return values;
};
const utc = (ms: number) => new Date(ms);

/** Dates drawn at random, each `at` of an integer from 0 on. */
const drawn = (count: number, at: (index: number) => number) =>
  Array.from(uniforms(n, 70_000), (u) => at(Math.floor(count * u)));

/** What a model could give for the records: their codes, with other places in them. */
function decodedAgain(codec: Codec, batch: RecordBatch): number[] {
  const codes = codec.encode(batch);
  return (valuesOf(codec.decode(codes, uniforms(codes.length))) as number[]).map(Number);
}

const monthly = drawn(1000, (i) => Date.UTC(1900, i, 1));
const types: DataType[] = [
  new DateDay(),
  new DateMillisecond(),
  new TimestampSecond('UTC'),
  new TimestampMillisecond(),
  new TimestampMicrosecond(),
  new TimestampNanosecond(),
];

describe('dates on a grid', () => {
  it.each(types.map((type) => [String(type), type]))('stay on the first of a month as %s', (_, type) => {
    const batch = batchOf(type, monthly);
    const codec = fitted([batch]);
    for (const found of [codec, codecFromJson(JSON.parse(JSON.stringify(codec)))]) {
      const again = decodedAgain(found, batch);
      expect(again.filter((ms) => utc(ms).getUTCDate() !== 1 || ms % DAY !== 0).slice(0, 3)).toEqual([]);
      expect(Math.min(...again)).toBeGreaterThanOrEqual(Math.min(...monthly));
      expect(Math.max(...again)).toBeLessThanOrEqual(Math.max(...monthly));
      expect(new Set(again).size).toBeGreaterThan(800);
      expect(again).not.toEqual(monthly);
    }
  });

  it.each<[string, (i: number) => number, (date: Date) => boolean]>([
    ['quarters', (i) => Date.UTC(1800, 3 * i, 1), (d) => d.getUTCDate() === 1 && d.getUTCMonth() % 3 === 0],
    ['years', (i) => Date.UTC(1200 + i, 6, 4), (d) => d.getUTCDate() === 4 && d.getUTCMonth() === 6],
    ['ends of months', (i) => Date.UTC(1900, i + 1, 0), (d) => utc(Number(d) + DAY).getUTCDate() === 1],
    ['Mondays', (i) => Date.UTC(2001, 0, 1 + 7 * i), (d) => d.getUTCDay() === 1],
    [
      'working days',
      (i) => Date.UTC(2001, 0, 1 + 7 * Math.floor(i / 5) + (i % 5)),
      (d) => d.getUTCDay() > 0 && d.getUTCDay() < 6,
    ],
    ['noons', (i) => Date.UTC(2001, 0, 1 + i, 12), (d) => Number(d) % DAY === DAY / 2],
    ['quarters of an hour', (i) => Date.UTC(2001, 0, 1, 0, 15 * i * i), (d) => Number(d) % 900_000 === 0],
    ['whole minutes', (i) => Date.UTC(2001, 0, 1, 0, i * i), (d) => Number(d) % 60_000 === 0],
    [
      'the 15th of months at half past eight',
      (i) => Date.UTC(1900, i, 15, 8, 30),
      (d) => /-15T08:30:00/.test(d.toISOString()),
    ],
  ])('keep to %s', (_, at, holds) => {
    const values = drawn(1000, at);
    const batch = batchOf(new TimestampMillisecond(), values);
    for (const options of [{}, { values: 'natural' }] as const) {
      const codec = fitted([batch], options);
      const again = decodedAgain(codec, batch);
      expect(again.filter((ms) => !holds(utc(ms))).map(utc)).toEqual([]);
      expect(again.every((ms) => ms >= Math.min(...values) && ms <= Math.max(...values))).toBe(true);
    }
  });

  it('keep the share of each date', () => {
    // Short months must not come more rarely than long ones.
    const batch = batchOf(new DateDay(), monthly);
    const again = decodedAgain(fitted([batch]), batch);
    const februaries = (values: readonly number[]) => values.filter((ms) => utc(ms).getUTCMonth() === 1).length;
    expect(Math.abs(februaries(again) - februaries(monthly))).toBeLessThan(25);
  });

  it('are days of their own zone', () => {
    const offset = 5.5 * 3_600_000;
    const values = drawn(1000, (i) => Date.UTC(1900, i, 1) - offset);
    const batch = batchOf(new TimestampMillisecond('+05:30'), values);
    const again = decodedAgain(fitted([batch]), batch);
    expect(again.filter((ms) => !/-01T00:00:00/.test(utc(ms + offset).toISOString()))).toEqual([]);
  });

  it('are on any day where a single one is off', () => {
    const batch = batchOf(new DateDay(), [...monthly, Date.UTC(1995, 4, 20)]);
    const again = decodedAgain(fitted([batch]), batch);
    expect(new Set(again.map((ms) => utc(ms).getUTCDate())).size).toBeGreaterThan(20);
  });

  it('have nanoseconds to the last digit', () => {
    const nanoseconds = drawn(1000, (i) => Date.UTC(1900, i, 1)).map((ms) => BigInt(ms) * 1_000_000n);
    const batch = batchOf(new TimestampNanosecond(), monthly);
    (batch.data.children[0]!.values as BigInt64Array).set(nanoseconds);
    const codec = fitted([batch]);
    const codes = codec.encode(batch);
    const values = codec.decode(codes, uniforms(codes.length)).data.children[0]!.values as BigInt64Array;
    expect(values.filter((value) => value % (86_400n * 10n ** 9n) !== 0n)).toHaveLength(0);
  });

  it('give integers that differ by multiples of a number that remainder', () => {
    const prices = drawn(1000, (i) => 100 * i + 99);
    const batch = batchOf(new Int32(), prices);
    expect(decodedAgain(fitted([batch]), batch).every((price) => price % 100 === 99)).toBe(true);
  });

  it('are read from models that know steps alone', () => {
    const batch = batchOf(
      new DateDay(),
      drawn(1000, (i) => DAY * 3 * i),
    );
    const codec = fitted([batch]);
    const json = JSON.parse(JSON.stringify(codec));
    expect(json.columns[0].rounding).toEqual({ step: 3, decimals: 0 });
    expect(decodedAgain(codecFromJson(json), batch).every((ms) => ms % (3 * DAY) === 0)).toBe(true);
  });
});
