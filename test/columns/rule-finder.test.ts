import { type DataType, DateDay, Field, Float64, Int32, type RecordBatch, Schema, TimestampSecond } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { type NumberRule, ruleText } from '../../src/columns/number-rule.js';
import { createRuleFinder } from '../../src/columns/rule-finder.js';
import { fillUniforms, randomKey } from '../../src/random.js';
import { fitted } from '../conformance/describe-column.js';
import { tableFromJSON } from '../operators/rows.js';

/** A table of so many rows of numbers, each made from uniforms of its own. */
function tableOf(
  columns: Readonly<Record<string, DataType>>,
  rows: number,
  record: (u: readonly number[], row: number) => Readonly<Record<string, unknown>>,
): RecordBatch {
  const draws = new Float32Array(rows * 8);
  const ids = Array.from({ length: rows }, (_, row) => row);
  fillUniforms(randomKey(2), ids, 8, draws);
  const records = ids.map((row) => record([...draws.subarray(8 * row, 8 * row + 8)], row));
  const schema = new Schema(Object.entries(columns).map(([name, type]) => new Field(name, type, true)));
  return tableFromJSON(records, schema);
}

async function rulesOf(table: RecordBatch, cuts: readonly number[] = []): Promise<NumberRule[]> {
  const finder = createRuleFinder(fitted([table]));
  const edges = [0, ...cuts, table.numRows];
  for (let i = 1; i < edges.length; i += 1) await finder.add(table.slice(edges[i - 1]!, edges[i]!));
  return finder.finish();
}

const textsOf = async (...parameters: Parameters<typeof rulesOf>) => (await rulesOf(...parameters)).map(ruleText);
const number = new Float64();
const cents = (value: number) => Math.round(value * 100) / 100;

describe('rule finder', () => {
  it('finds sums, products, quotients and multiples, each column from the simplest', async () => {
    expect(
      await textsOf(
        tableOf(
          { a: number, b: number, sum: number, less: number, product: number, ratio: number, f: number },
          3000,
          (u) => {
            const [a, b] = [Math.round(1 + 400 * u[0]!), Math.round(1 + 90 * u[1]!)];
            return {
              a,
              b,
              sum: a + b,
              less: a - b,
              product: a * b,
              ratio: Math.round((1000 * a) / b) / 1000,
              f: cents(1.8 * b + 32),
            };
          },
        ),
      ),
    ).toEqual(['f = 1.8 * b + 32', 'less = a - b', 'sum = a + b', 'product = a * b', 'ratio = a / b']);
    const three = tableOf({ x: number, y: number, z: number, all: number }, 3000, ([a, b, c]) => {
      const [x, y, z] = [cents(50 * a!), cents(20 * b!), cents(9 * c!)];
      return { x, y, z, all: cents(x + y - z) };
    });
    expect(await textsOf(three)).toEqual(['all = x + y - z']);
  });

  it('finds the same however rows are divided, and in fewer rows than it begins with', async () => {
    const net = tableOf({ price: number, pieces: new Int32(), net: number }, 5000, ([a, b]) => {
      const [price, pieces] = [cents(1 + 99 * a!), 1 + Math.floor(9 * b!)];
      return { price, pieces, net: cents(price * pieces) };
    });
    for (const cuts of [[], [1, 2, 1999, 2001], [2000], [4999]]) {
      expect(await textsOf(net, cuts)).toEqual(['net = price * pieces']);
    }
    expect(await textsOf(net.slice(0, 300))).toEqual(['net = price * pieces']);
    expect(await textsOf(net.slice(0, 20))).toEqual([]);
  });

  it('takes a few exceptions to a formula for what they are, and none to an order', async () => {
    const twice = (change: (row: number) => object) =>
      tableOf({ a: number, b: number }, 5000, ([u], row) => {
        const a = Math.round(1000 * u!);
        return { a, b: 2 * a, ...change(row) };
      });
    expect(await textsOf(twice((row) => (row % 1000 === 7 ? { b: 500 } : {})))).toEqual(['b = 2 * a']);
    expect(await textsOf(twice((row) => (row % 50 === 7 ? { b: 500 } : {})))).toEqual([]);
    const spans = (change: (row: number) => object) =>
      tableOf({ low: number, high: number }, 5000, ([u, v], row) => {
        const low = Math.round(100 * u!);
        return { low, high: low + Math.round(10 * v!), ...change(row) };
      });
    expect(await textsOf(spans(() => ({})))).toEqual(['low <= high']);
    expect(await textsOf(spans((row) => (row === 4321 ? { low: 99, high: 3 } : {})))).toEqual([]);
  });

  it('finds orders that chance does not explain, without those that follow', async () => {
    const chain = tableOf(
      { low: number, middle: number, high: number, other: number, far: number },
      4000,
      ([a, b, c, d]) => {
        const low = Math.round(100 * a!);
        const middle = low + Math.round(20 * b!);
        return {
          low,
          middle,
          high: middle + 1 + Math.round(20 * c!),
          other: Math.round(100 * d!),
          far: 1000 + Math.round(90 * b!),
        };
      },
    );
    expect(await textsOf(chain)).toEqual(['low <= middle', 'middle < high']);
  });

  it('compares moments of one unit, and leaves out rows without a number', async () => {
    const stays = tableOf(
      { arrival: new DateDay(), departure: new DateDay(), booked: new TimestampSecond('UTC'), nights: new Int32() },
      4000,
      ([a, b, c], row) => {
        const arrival = 15_000 + Math.floor(700 * a!);
        return {
          arrival: new Date(864e5 * arrival),
          departure: row % 9 === 0 ? null : new Date(864e5 * (arrival + 1 + Math.floor(14 * b!))),
          booked: new Date(864e5 * (arrival - Math.floor(90 * c!))),
          nights: 1 + Math.floor(5 * b!),
        };
      },
    );
    expect(await textsOf(stays)).toEqual(['arrival < departure']);
    const exact = tableOf({ nights: new Int32(), arrival: new DateDay(), departure: new DateDay() }, 4000, ([a, b]) => {
      const [arrival, nights] = [15_000 + Math.floor(700 * a!), 1 + Math.floor(14 * b!)];
      return { nights, arrival: new Date(864e5 * arrival), departure: new Date(864e5 * (arrival + nights)) };
    });
    expect(await textsOf(exact)).toEqual(['arrival < departure', 'nights = departure - arrival']);
  });

  it('takes rare values that two columns lack alike for no relation', async () => {
    const rare = tableOf({ a: new Int32(), b: new Int32(), other: number }, 5000, ([u, v, w]) => ({
      a: u! < 0.002 ? 1 : 0,
      b: v! < 0.002 ? 1 : 0,
      other: Math.round(100 * w!),
    }));
    expect(await textsOf(rare)).toEqual([]);
  });
});
