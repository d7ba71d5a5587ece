import { setImmediate as turn } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import type { RecordBatch } from 'apache-arrow';
import { EMPTY, lastValueFrom, NEVER, type Observable, of, throwError } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startEngine } from '../../src/engine/start-engine.js';
import { trainVae } from '../../src/index.js';
import { smallTable } from './table.js';

/** Threads that run. */
const running = new Set<Worker>();
let started = 0;
const onWorker = (worker: Worker) => {
  started += 1;
  running.add(worker);
  worker.on('exit', () => running.delete(worker));
};
beforeEach(() => {
  running.clear();
  started = 0;
  process.on('worker', onWorker);
});
afterEach(() => {
  process.off('worker', onWorker);
});

const short = { epochs: 1, workers: 1 };

describe.each([
  ['several passes', short],
  ['a single pass', { ...short, replay: 'none' as const }],
])('the engine of a training in %s', (_, options) => {
  it('starts before the first batch has come, and ends when nobody waits any longer', async () => {
    const subscription = NEVER.pipe(trainVae(options)).subscribe();
    await turn();
    expect(started).toBe(2);
    subscription.unsubscribe();
    await expect.poll(() => running.size, { timeout: 5000 }).toBe(0);
  });

  it.each<[string, Observable<RecordBatch>]>([
    ['breaks', throwError(() => new Error('broken'))],
    ['is empty', EMPTY],
    ['has nothing to learn', of(smallTable(0))],
  ])('ends before the error comes, where the table %s', async (_, source) => {
    await expect(lastValueFrom(source.pipe(trainVae(options)))).rejects.toThrow();
    expect(started).toBe(2);
    expect(running.size).toBe(0);
  });

  it('is not started where there is one, which stays', async () => {
    const engine = startEngine();
    await turn();
    await expect(lastValueFrom(EMPTY.pipe(trainVae({ ...options, engine })))).rejects.toThrow('at least');
    expect([started, running.size]).toEqual([2, 2]);
    await engine.close();
    expect(running.size).toBe(0);
  });
});
