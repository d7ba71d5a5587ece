import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Worker } from 'node:worker_threads';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { compiledEngine } from '../../src/engine/compiled.js';
import type { Runner } from '../../src/engine/engine.js';
import { createRunner } from '../../src/engine/runner.js';
import { startRunnerThread } from '../../src/engine/runner-thread.js';
import { EngineError } from '../../src/errors.js';
import { uniforms } from '../models/reference.js';
import { tableCases, weightsFor } from './cases.js';

const of = tableCases[0]!;
const rows = 1500;
const latents = uniforms(1, 3 * rows, -2, 2);
const draws = uniforms(2, 5 * rows);
let graphs: Readonly<Record<string, Uint8Array>>;
let rowsOfTable: Readonly<Record<string, Uint8Array>>;
const open: Runner[] = [];

function create(files = graphs, workers = 2): Runner {
  const runner = createRunner(files, { workers });
  open.push(runner);
  return runner;
}

function badModel(factory: string) {
  return { module: new URL('./bad-models.mjs', import.meta.url).href, factory, config: null };
}

/** The decoder's codes and the encoder's means and variances of the first `n` rows. */
async function through(runner: Runner, n: number) {
  const inputs = { latent: latents.subarray(0, 3 * n), uniforms: draws.subarray(0, 5 * n) };
  const { codes } = await runner.run('decoder', inputs, n);
  return { codes: codes!, ...(await runner.run('encoder', { codes: codes! }, n)) };
}

describe('createRunner', () => {
  beforeAll(async () => {
    const trainer = await compiledEngine.createTrainer({ model: of.reference, batchRows: 4, seed: 1 });
    graphs = await trainer.exportGraphs(weightsFor(of, 3));
    await trainer.close();
    const other = await compiledEngine.createTrainer({ model: badModel('lookup'), batchRows: 4, seed: 1 });
    rowsOfTable = await other.exportGraphs((await other.weights()).current);
    await other.close();
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((runner) => runner.close()));
  });

  it('gives each row the same bits whatever the number of rows and workers', async () => {
    const whole = await through(create(graphs, 1), rows);
    expect(whole.codes).toBeInstanceOf(Int32Array);
    expect(new Set(whole.codes).size).toBe(7);
    const two = create(graphs, 2);
    for (const n of [1, 511, 512, 513, rows]) {
      const some = await through(two, n);
      expect(Object.keys(some)).toEqual(['codes', 'mu', 'logVar']);
      for (const [name, values] of Object.entries(some)) {
        const width = name === 'codes' ? 5 : 3;
        expect(values).toHaveLength(width * n);
        expect(values).toEqual(whole[name as keyof typeof whole]!.slice(0, width * n));
      }
    }
  });

  it('takes a thread that was started before for its first calls', async () => {
    const running = new Set<Worker>();
    const onWorker = (worker: Worker) => {
      running.add(worker);
      worker.on('exit', () => running.delete(worker));
    };
    process.on('worker', onWorker);
    try {
      const [taken, left] = [startRunnerThread(), startRunnerThread()];
      const runner = createRunner(graphs, { workers: 1, thread: taken });
      open.push(runner);
      expect(await through(runner, 10)).toEqual(await through(create(graphs, 1), 10));
      expect(running.size).toBe(3);
      await taken.close();
      expect(running.size).toBe(3);
      await left.close();
      expect(running.size).toBe(2);
      await Promise.all(open.splice(0).map((runner) => runner.close()));
      expect(running.size).toBe(0);
    } finally {
      process.off('worker', onWorker);
    }
  });

  it('gives the outputs of no rows, empty', async () => {
    const none = new Float32Array();
    expect(await through(create(), 0)).toEqual({ codes: new Int32Array(), mu: none, logVar: none });
  });

  it('answers calls that overlap, each with its own rows', async () => {
    const runner = create();
    const whole = await through(runner, rows);
    const parts = await Promise.all(
      Array.from({ length: 10 }, (_, i) => {
        const latent = latents.subarray(450 * i, 450 * (i + 1));
        return runner.run('decoder', { latent, uniforms: draws.subarray(750 * i, 750 * (i + 1)) }, 150);
      }),
    );
    expect(parts.flatMap(({ codes }) => [...codes!])).toEqual([...whole.codes]);
  });

  it('rejects when a graph fails, or is not there, and can be used again', async () => {
    const runner = create(rowsOfTable);
    await expect(runner.run('rows', { at: Int32Array.of(1, 5000) }, 2)).rejects.toThrow(/idx=5000/);
    await expect(runner.run('other', { at: Int32Array.of(1) }, 1)).rejects.toThrow(
      new EngineError('Expected one of the graphs rows, got `other`'),
    );
    const { rows: found } = await runner.run('rows', { at: Int32Array.of(1) }, 1);
    expect(found).toHaveLength(100);
    await expect(runner.run('rows', { at: Int32Array.of(1, 2, 3) }, 2)).rejects.toThrow(
      new RangeError('Expected input `at` to hold 2 whole rows'),
    );
  });

  it('rejects rows that are wider or narrower than the graph takes, and inputs it does not have', async () => {
    const runner = create();
    const inputs = { latent: latents.subarray(0, 3 * 600), uniforms: draws.subarray(0, 5 * 600) };
    for (const width of [2, 4]) {
      await expect(runner.run('decoder', { ...inputs, latent: new Float32Array(width * 600) }, 600)).rejects.toThrow(
        new EngineError(`Expected input \`latent\` to have 1800 values, got ${width * 600}`),
      );
    }
    await expect(runner.run('decoder', { ...inputs, other: inputs.latent }, 600)).rejects.toThrow(
      new EngineError('Expected an input of the graph, got `other`'),
    );
  });

  it('rejects when a file is not a graph', async () => {
    const runner = create({ encoder: Uint8Array.of(1, 2, 3) });
    await expect(runner.run('encoder', { codes: new Int32Array(5) }, 1)).rejects.toBeInstanceOf(EngineError);
  });

  it('rejects what runs and what waits when it is closed, and starts anew', async () => {
    const runner = create(graphs, 1);
    const before = await through(runner, 20);
    const calls = Array.from({ length: 5 }, () => through(runner, rows));
    const outcomes = Promise.allSettled(calls);
    await runner.close();
    for (const outcome of await outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: new EngineError('The runner was closed') });
    }
    expect(await through(runner, 20)).toEqual(before);
  });

  it('waits for its threads when it is closed at any moment of a call', async () => {
    let [started, ended] = [0, 0];
    const onWorker = (worker: Worker) => {
      started += 1;
      worker.on('exit', () => {
        ended += 1;
      });
    };
    process.on('worker', onWorker);
    try {
      for (let round = 0; round < 8; round += 1) {
        const runner = create(graphs, 2);
        // Threads that have started answer in a millisecond or so; those that have not are closed at their start.
        if (round % 4 > 0) await Promise.all([through(runner, 600), through(runner, 600)]);
        const outcomes = Promise.allSettled(Array.from({ length: 4 }, () => through(runner, rows)));
        const until = performance.now() + round / 2;
        while (performance.now() < until) await new Promise(setImmediate);
        await runner.close();
        expect(ended).toBe(started);
        for (const outcome of await outcomes) {
          if (outcome.status === 'fulfilled') expect(outcome.value.codes).toHaveLength(5 * rows);
          else expect(outcome.reason).toEqual(new EngineError('The runner was closed'));
        }
      }
      expect(ended).toBeGreaterThanOrEqual(8);
    } finally {
      process.off('worker', onWorker);
    }
  });

  it('keeps the process until a thread that answers while it ends has ended', async () => {
    const trainer = await compiledEngine.createTrainer({ model: badModel('slow'), batchRows: 4, seed: 1 });
    const { slow } = await trainer.exportGraphs((await trainer.weights()).current);
    await trainer.close();
    const folder = await mkdtemp(join(tmpdir(), 'rx-augment-runner-'));
    try {
      await writeFile(join(folder, 'slow.onnx'), slow!);
      const script = new URL('./closing-runner.mjs', import.meta.url).pathname;
      // Without the wait it hangs while it exits, in the midst of a run.
      const options = { timeout: 30_000, killSignal: 'SIGKILL' } as const;
      const { stdout } = await promisify(execFile)(process.execPath, [script, join(folder, 'slow.onnx')], options);
      expect(stdout).toBe(`${'The runner was closed\n'.repeat(3)}{"exited":true}\n`);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('keeps its threads until the last of its users has gone', async () => {
    const runner = create(graphs, 1);
    const [first, second] = [runner.retain(), runner.retain()];
    await through(runner, 1);
    first();
    first();
    expect(await through(runner, 1)).toBeDefined();
    const started: unknown[] = [];
    process.on('worker', (worker) => started.push(worker));
    await through(runner, 1);
    expect(started).toHaveLength(0);
    second();
    await through(runner, 1);
    expect(started).toHaveLength(1);
    process.removeAllListeners('worker');
  });
});
