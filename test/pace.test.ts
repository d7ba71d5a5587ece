import { setImmediate as macrotask } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { pace } from '../src/pace.js';
import { turnCounter, work } from './turns.js';

describe('pace', () => {
  it('waits for nothing while there is time', () => {
    expect(pace()).toBeUndefined();
    expect(pace()).toBeUndefined();
  });

  it('lets the event loop take its turn between pieces of work, also where several stages work', async () => {
    const turns = turnCounter();
    const stage = async () => {
      for (let i = 0; i < 10; i += 1) {
        await pace();
        turns.piece();
        work(3);
      }
    };
    const stages: Promise<void>[] = [];
    for (let i = 0; i < 3; i += 1) {
      stages.push(stage());
      await macrotask();
    }
    await Promise.all(stages);
    turns.stop();
    // After two pieces a turn is longer than 4 ms.
    expect(turns.most).toBeLessThanOrEqual(2);
  });

  it('resumes those who wait in the order in which they came, and lets nobody overtake them', async () => {
    await macrotask();
    const order: number[] = [];
    const stage = async (i: number) => {
      await pace();
      order.push(i);
      work(5);
    };
    const stages = [stage(0), stage(1), stage(2)];
    await new Promise((resolve) => setTimeout(resolve, 1));
    await Promise.all([...stages, stage(3)]);
    expect(order).toEqual([0, 1, 2, 3]);
  });
});
