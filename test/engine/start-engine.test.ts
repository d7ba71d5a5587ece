import { setImmediate as turn } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startEngine } from '../../src/engine/start-engine.js';

const model = { module: new URL('./bad-models.mjs', import.meta.url).href, factory: 'lookup', config: null };
const options = { model, batchRows: 4, seed: 1, workers: 1 };

/** The threads that were started, and those of them that run. */
let started: Worker[] = [];
const running = new Set<Worker>();
const onWorker = (worker: Worker) => {
  started.push(worker);
  running.add(worker);
  worker.on('exit', () => running.delete(worker));
};
beforeEach(() => {
  started = [];
  running.clear();
  process.on('worker', onWorker);
});
afterEach(() => {
  process.off('worker', onWorker);
});

describe('startEngine', () => {
  it('starts two threads, and ends them where no trainer was made', async () => {
    const engine = startEngine();
    // Node tells of a new thread a little later.
    await turn();
    expect(started).toHaveLength(2);
    await engine.close();
    await engine.close();
    expect(running.size).toBe(0);
  });

  it('ends them too when they have loaded what they need', async () => {
    const engine = startEngine();
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(running.size).toBe(2);
    await engine.close();
    expect(running.size).toBe(0);
  });

  it('gives them to the first trainer, and others threads of their own', async () => {
    const engine = startEngine();
    const first = await engine.createTrainer(options);
    expect(started).toHaveLength(2);
    const second = await engine.createTrainer(options);
    expect(started).toHaveLength(4);
    await engine.close();
    expect((await first.weights()).current).toEqual((await second.weights()).current);
    await first.close();
    await second.close();
    expect(running.size).toBe(0);
  });

  it('leaves no thread where the first trainer cannot be made', async () => {
    const engine = startEngine();
    await expect(engine.createTrainer({ ...options, model: { ...model, factory: 'throwing' } })).rejects.toThrow(
      'order',
    );
    expect(running.size).toBe(0);
    await engine.close();
  });

  it('leaves the threads to close where the signal has aborted', async () => {
    const engine = startEngine();
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(engine.createTrainer({ ...options, signal })).rejects.toThrow('enough');
    await engine.close();
    expect(running.size).toBe(0);
  });
});
