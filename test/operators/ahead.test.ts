import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { ahead } from '../../src/operators/ahead.js';

const itself = <T>(value: T): T => value;

describe('ahead', () => {
  it('gives the parts in their order, the last one reached whatever the sizes', async () => {
    const froms = async (total: number, size: number) => {
      const seen: number[] = [];
      for await (const from of ahead(total, size, async (from) => from, itself)) seen.push(from);
      return seen;
    };
    expect(await froms(10, 3)).toEqual([0, 3, 6, 9]);
    expect(await froms(9, 3)).toEqual([0, 3, 6]);
    expect(await froms(1, 2048)).toEqual([0]);
    expect(await froms(0, 3)).toEqual([]);
  });

  it('keeps four parts in work at the most, also while none is taken', async () => {
    let [running, most] = [0, 0];
    const start = async (from: number) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, from % 3));
      running -= 1;
      return from;
    };
    const seen: number[] = [];
    for await (const from of ahead(30, 1, start, itself)) seen.push(from);
    expect(seen).toEqual(Array.from({ length: 30 }, (_, i) => i));
    expect(most).toBe(4);
  });

  it('finishes a part when it is asked for', async () => {
    const finished: number[] = [];
    const parts = ahead(
      10,
      1,
      async (from) => from,
      (from) => {
        finished.push(from);
        return from;
      },
    );
    await parts.next();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(finished).toEqual([0]);
    await parts.return();
  });

  it('starts nothing after an error', async () => {
    const started: number[] = [];
    const start = async (from: number) => {
      started.push(from);
      if (from === 2) throw new Error('two');
      return from;
    };
    const all = async () => {
      for await (const from of ahead(100, 1, start, itself)) void from;
    };
    await expect(all()).rejects.toThrow('two');
    expect(started.length).toBeLessThanOrEqual(6);
  });

  it('lets go of what was taken', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const results: WeakRef<object>[] = [];
    const make = async () => {
      const result = { large: new Uint8Array(1000) };
      results.push(new WeakRef(result));
      return result;
    };
    const parts = ahead(100, 1, make, itself);
    for (let taken = 0; taken < 50; taken += 1) await parts.next();
    await new Promise((resolve) => setTimeout(resolve, 0));
    collect();
    expect(results.filter((result) => result.deref() !== undefined).length).toBeLessThan(10);
    await parts.return();
  });
});
