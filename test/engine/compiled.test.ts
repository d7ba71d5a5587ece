import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { compiledEngine } from '../../src/engine/compiled.js';
import type { InputArrays, TrainerOptions } from '../../src/engine/engine.js';
import { EngineError } from '../../src/errors.js';
import { describeEngine } from '../conformance/describe-engine.js';
import { uniforms } from '../models/reference.js';
import { denseCase, denseCaseOf, mixedSpans, rowsOf, tableCase, weightsFor } from './cases.js';

describeEngine(compiledEngine);

/** Long enough a step for two shards (20,000 parameters, 512 rows) and for four. */
const twoShards = denseCaseOf({ widths: [64, 128], latent: 8 });
const fourShards = denseCaseOf({ widths: [200, 512], latent: 20 });
const bad = new URL('./bad-models.mjs', import.meta.url).href;

describe('compiledEngine', () => {
  it.each([
    { of: twoShards, rows: 512, counts: [1, 2] },
    { of: tableCase('table VAE', { spans: mixedSpans, hidden: 64, latent: 8 }), rows: 512, counts: [1, 2] },
    { of: fourShards, rows: 3072, counts: [1, 3] },
  ])('gives the same bits whatever the number of workers: $of.name, $counts', async ({ of, rows, counts }) => {
    const steps = [1, 2].map((t) => ({ inputs: of.inputs(rows, t), learningRate: 0.01 }));
    const [first, ...others] = await Promise.all(
      counts.map((workers) =>
        withTrainer({ model: of.reference, batchRows: rows, seed: 1, workers }, async (trainer) => [
          await trainer.step(steps),
          await trainer.weights(),
          await trainer.evaluate([steps[0]!.inputs]),
          await trainer.gradient(steps[0]!.inputs),
        ]),
      ),
    );
    for (const other of others) expect(other).toEqual(first);
  });

  it.each([denseCase, tableCase('table VAE', { spans: mixedSpans, hidden: 8, latent: 3 })])(
    'reports the same bits from a thread of its own: $name',
    async (of) => {
      const steps = Array.from({ length: 40 }, (_, t) => ({ inputs: of.inputs(16, t), learningRate: 0.01 }));
      const options = { model: of.reference, batchRows: 16, seed: 1 };
      const replies: number[] = [];
      const onWorker = (worker: Worker) => {
        const at = replies.push(0) - 1;
        worker.on('message', () => {
          replies[at]! += 1;
        });
      };
      process.on('worker', onWorker);
      try {
        await withTrainer({ ...options, workers: 2 }, async (trainer) => {
          const start = await trainer.weights();
          // The third thread, after those that compile and take steps; it first says that it is there.
          while ((replies[2] ?? 0) < 2) await trainer.step(steps);
          await trainer.setWeights(start.current);
          const reported = await trainer.step(steps);
          expect(replies[2]).toBeGreaterThanOrEqual(5);
          await withTrainer({ ...options, workers: 1 }, async (other) => {
            await other.setWeights(start.current);
            expect(reported).toEqual(await other.step(steps));
          });
        });
      } finally {
        process.off('worker', onWorker);
      }
    },
  );

  it.each([1, 2])('rejects a step with the reason when what it reports fails, with %i threads', async (workers) => {
    const model = { module: bad, factory: 'reportedLookup', config: null };
    await withTrainer({ model, batchRows: 4, seed: 1, workers }, async (trainer) => {
      const inputs = { x: new Float32Array(4), at: Int32Array.of(0, 1, 2, 3) };
      const step = { inputs, learningRate: 0.01 };
      const wrong = { ...step, inputs: { ...inputs, at: Int32Array.of(0, 1, 2, 5000) } };
      for (let i = 0; i < 1000; i += 1) await trainer.step([step]);
      await expect(trainer.step([step, wrong, step])).rejects.toThrow(/5000/);
      await expect(trainer.step([step])).rejects.toBeInstanceOf(EngineError);
    });
  });

  it('gives the same bits in whatever slot a batch lies', async () => {
    const [rows, width] = [7, 9];
    const model = { module: bad, factory: 'rowSums', config: { width } };
    const x = uniforms(1, rows * width, -1, 1);
    await withTrainer({ model, batchRows: rows, seed: 1 }, async (trainer) => {
      const [first, ...others] = await trainer.evaluate(Array.from({ length: 33 }, () => ({ x })));
      for (const other of others) expect(other).toEqual(first);
    });
  });

  it('adds shards up to the whole', async () => {
    const inputs = twoShards.inputs(512, 1);
    const weights = weightsFor(twoShards, 2).map((w) => w / 4);
    const gradientOf = (batchRows: number, batch: InputArrays) =>
      withTrainer({ model: twoShards.reference, batchRows, seed: 1 }, async (trainer) => {
        await trainer.setWeights(weights);
        return trainer.gradient(batch);
      });
    // 511 is odd and so in one piece; a row of it counts for nothing in the other.
    const weightless = { ...inputs, weights: inputs.weights!.map((w, r) => (r === 511 ? 0 : w)) };
    const [cut, whole] = [await gradientOf(512, weightless), await gradientOf(511, rowsOf(inputs, 0, 511))];
    expect(cut.metrics.loss![0]! / whole.metrics.loss![0]!).toBeCloseTo(1, 5);
    const largest = whole.gradient.reduce((most, g) => Math.max(most, Math.abs(g)), 0);
    whole.gradient.forEach((g, i) => {
      expect(Math.abs(cut.gradient[i]! - g)).toBeLessThan(1e-5 * largest);
    });
    expect(cut.gradient).not.toEqual(whole.gradient);
  });

  it('names a kernel that it has no translation for', async () => {
    const created = create('unmapped');
    await expect(created).rejects.toThrow(EngineError);
    await expect(created).rejects.toThrow(
      /^Expected a kernel that the compiled engine translates \(Abs, Add, .*\), got `Atan`$/,
    );
  });

  it('says where in the module of a model something was thrown', async () => {
    const created = create('throwing');
    await expect(created).rejects.toThrow(new EngineError('the model is out of order'));
    await expect(created).rejects.toHaveProperty('cause.stack', expect.stringMatching(/bad-models\.mjs:\d+/));
  });

  it('says that a model must not read values, nor bring tensors along', async () => {
    await expect(create('reading')).rejects.toThrow(/Expected a model function to be free of reads/);
    await expect(create('outside')).rejects.toThrow(/Expected every tensor of a model function to be made inside it/);
  });

  it('rejects when the thread that compiles dies', async () => {
    await expect(create('deadly')).rejects.toThrow(new EngineError('A worker thread ended with code 7'));
  });

  it('gives up compiling at once when its signal aborts, and leaves no thread', async () => {
    const threads = () => process.getActiveResourcesInfo().filter((name) => /Worker|MessagePort/.test(name)).length;
    const before = threads();
    const controller = new AbortController();
    const { signal } = controller;
    const model = { module: bad, factory: 'endless', config: null };
    const creating = compiledEngine.createTrainer({ model, batchRows: 4, seed: 1, signal });
    setTimeout(() => controller.abort(new Error('enough')), 50);
    await expect(creating).rejects.toThrow('enough');
    expect(threads()).toBeLessThanOrEqual(before);
    await expect(compiledEngine.createTrainer({ model, batchRows: 4, seed: 1, signal })).rejects.toThrow('enough');
  });

  it('rejects every call once a graph of the model turns out to have no translation', async () => {
    const trainer = await create('unmappedGraph');
    const step = { inputs: { x: new Float32Array(4) }, learningRate: 0.01 };
    await expect(trainer.exportGraphs(new Float32Array(1))).rejects.toThrow('`Atan`');
    await expect(trainer.step([step])).rejects.toThrow('`Atan`');
    await expect(trainer.evaluate([step.inputs])).rejects.toBeInstanceOf(EngineError);
    await trainer.close();
  });

  it.each([1, 2])('rejects a step with the reason when a graph fails in one of %i workers', async (workers) => {
    const options = { model: { module: bad, factory: 'lookup', config: null }, batchRows: 100, seed: 1, workers };
    const trainer = await compiledEngine.createTrainer(options);
    const weights = new Float32Array(100).fill(0.01);
    const inputs = { at: Int32Array.from({ length: 100 }, (_, i) => i), weights };
    const step = { inputs, learningRate: 0.01 };
    await trainer.step([step]);
    // The last row is the second shard's.
    const wrong = { ...step, inputs: { weights, at: inputs.at.with(99, 5000) } };
    const waiting = trainer.weights().catch((error: unknown) => error);
    await expect(trainer.step([step, wrong, step])).rejects.toThrow(/5000/);
    expect(await waiting).not.toBeInstanceOf(Error);
    await expect(trainer.step([step])).rejects.toBeInstanceOf(EngineError);
    await trainer.close();
  });

  it('ends in the midst of a graph that runs, and every call of close waits for that', async () => {
    const [rows, width] = [512 * 16, 1000];
    let running = 0;
    const onWorker = (worker: Worker) => {
      running += 1;
      worker.on('exit', () => {
        running -= 1;
      });
    };
    process.on('worker', onWorker);
    try {
      const trainer = await create('slow');
      const run = async (n: number) => trainer.run('slow', { x: new Float32Array(n * width) }, n);
      await run(1);
      const before = performance.now();
      await run(rows);
      const msToRun = performance.now() - before;
      const start = performance.now();
      const outcome = run(rows).catch((error: unknown) => error);
      await new Promise((resolve) => setTimeout(resolve, msToRun / 10));
      void trainer.close();
      await trainer.close();
      expect(running).toBe(0);
      expect(performance.now() - start).toBeLessThan(msToRun / 2);
      expect(await outcome).toEqual(new EngineError('Training was closed'));
    } finally {
      process.off('worker', onWorker);
    }
  });

  it.each(['die', 'die reporting', 'close', 'fail'])(
    'rejects a step with the reason and leaves no thread behind: %s',
    async (how) => {
      const script = new URL('./dying-worker.mjs', import.meta.url).pathname;
      const preload = how.startsWith('die') ? ['--import', new URL('./die-in-time.mjs', import.meta.url).href] : [];
      const { stdout } = await promisify(execFile)(process.execPath, [...preload, script, how], { timeout: 30_000 });
      const { message, resources, msToExit } = JSON.parse(stdout) as {
        message: string;
        resources: string[];
        msToExit: number;
      };
      const died = 'A worker thread ended with code 3';
      const reasons = { die: died, 'die reporting': died, close: 'Training was closed', fail: /5000/ };
      expect(message).toMatch(reasons[how as keyof typeof reasons]);
      expect(resources.filter((resource) => /Worker|MessagePort/.test(resource))).toEqual([]);
      expect(msToExit).toBeLessThan(2000);
    },
  );
});

function create(factory: string) {
  return compiledEngine.createTrainer({ model: { module: bad, factory, config: null }, batchRows: 4, seed: 1 });
}

async function withTrainer<T>(
  options: TrainerOptions,
  act: (trainer: Awaited<ReturnType<typeof compiledEngine.createTrainer>>) => Promise<T>,
): Promise<T> {
  const trainer = await compiledEngine.createTrainer(options);
  try {
    return await act(trainer);
  } finally {
    await trainer.close();
  }
}
