import * as tf from '@tensorflow/tfjs';
import { afterEach, describe, expect, it } from 'vitest';
import type { Engine, InputArrays, Metrics, Trainer, TrainerOptions } from '../../src/engine/engine.js';
import { createRunner } from '../../src/engine/runner.js';
import { EngineError } from '../../src/errors.js';
import type { Tensors } from '../../src/models/model.js';
import { parameterLayout } from '../../src/models/parameters.js';
import { denseCase, type ModelCase, mixedSpans, tableCases, weightsFor } from '../engine/cases.js';
import { flatOf, goldenModels, inputsOf, modelOf, referenceOf } from '../engine/golden-models.js';
import { probeModel, probeWeights } from '../engine/kernel-probes.mjs';
import { centralDifferences, createReferenceAdam, parametersOf, plainTableVae } from '../models/reference.js';

const [tableVae] = tableCases as [ModelCase];
const cases = [...tableCases, denseCase];

/** What every engine keeps to. */
export function describeEngine(engine: Engine): void {
  describe(`${engine.name} engine`, () => {
    const open: Trainer[] = [];
    const create = async (options: TrainerOptions): Promise<Trainer> => {
      const trainer = await engine.createTrainer(options);
      open.push(trainer);
      return trainer;
    };
    afterEach(async () => {
      await Promise.all(open.splice(0).map((trainer) => trainer.close()));
    });

    it.each(cases)('computes losses and gradients as float64 does: $name', async (of) => {
      const inputs = of.inputs(5, 1);
      const weights = weightsFor(of, 2);
      const trainer = await create({ model: of.reference, batchRows: 5, seed: 1 });
      await trainer.setWeights(weights);
      const { metrics, gradient } = await trainer.gradient(inputs);
      expectMetrics(metrics, of.objective(weights, inputs), 1e-5);
      expectClose(
        gradient,
        centralDifferences((x) => of.objective(x, inputs).loss!, weights),
        1e-4,
        1e-6,
      );
    });

    it.each(goldenModels)('computes what float64 does, forward, backward and in every graph: $name', async (golden) => {
      const trainer = await create({ model: referenceOf(golden), batchRows: golden.rows, seed: 1 });
      const names = Object.keys(trainer.parameters);
      expect(Object.fromEntries(names.map((name) => [name, trainer.parameters[name]?.shape]))).toEqual(golden.shapes);
      const weights = flatOf(golden.weights, names);
      await trainer.setWeights(weights);
      const { metrics, gradient } = await trainer.gradient(inputsOf(golden));
      expect(Object.keys(metrics).sort()).toEqual(Object.keys(golden.metrics).sort());
      for (const [name, values] of Object.entries(golden.metrics))
        expectClose(metrics[name]!, values, 1e-5, 1e-6, name);
      expectClose(gradient, flatOf(golden.gradients, names), 1e-4, 1e-5);

      const runner = createRunner(await trainer.exportGraphs(weights), { workers: 1 });
      try {
        const { values, noise } = inputsOf(golden);
        const code = golden.outputs.latent?.z ?? golden.outputs.encoder?.code ?? [];
        const given = { values, noise, latent: Float32Array.from(code), uniforms: Float32Array.from(golden.uniforms) };
        for (const [graph, outputs] of Object.entries(golden.outputs)) {
          if (graph === 'latent') continue;
          const model = await modelOf(golden);
          const wanted = Object.keys(model.graphs[graph]!.inputs).map((name) => [name, given[name as 'values']!]);
          const results = await runner.run(graph, Object.fromEntries(wanted) as InputArrays, golden.rows);
          expect(Object.keys(results).sort()).toEqual(Object.keys(outputs).sort());
          for (const [name, expected] of Object.entries(outputs)) {
            expectClose(results[name] as Float32Array, expected, 1e-5, 1e-5, `${graph} ${name}`);
          }
        }
      } finally {
        await runner.close();
      }
    });

    it.each([denseCase, tableVae])('trains as Adam in float64 does: $name', async (of) => {
      const adam = { beta1: 0.8, beta2: 0.99, epsilon: 1e-4 };
      const weights = weightsFor(of, 3);
      const trainer = await create({ model: of.reference, batchRows: 4, seed: 1, adam, averageDecay: 0.3 });
      await trainer.setWeights(weights);
      const steps = [1, 2, 3, 4].map((t) => ({ inputs: of.inputs(4, 10 * t), learningRate: 0.01 / t }));
      const metrics = await trainer.step(steps);
      const reference = createReferenceAdam(weights, { ...adam, decay: 0.3 });
      steps.forEach(({ inputs, learningRate }, t) => {
        expectMetrics(metrics[t]!, of.objective(reference.weights, inputs), 1e-4);
        reference.step(
          centralDifferences((x) => of.objective(x, inputs).loss!, reference.weights),
          learningRate,
        );
      });
      const { current, average } = await trainer.weights();
      expectClose(current, reference.weights, 0, 1e-4);
      expectClose(average, reference.average, 0, 1e-4);
      expect(Math.max(...current.map((value, i) => Math.abs(value - weights[i]!)))).toBeGreaterThan(1e-3);
    });

    it('reports of each step what the weights before it give', async () => {
      const module = new URL('../engine/bad-models.mjs', import.meta.url).href;
      const trainer = await create({
        model: { module, factory: 'weightReported', config: null },
        batchRows: 2,
        seed: 1,
      });
      await trainer.setWeights(Float32Array.of(1, 2, 3, 4));
      const inputs = { x: new Float32Array(8).fill(1) };
      // Adam's steps are of the learning rate where gradients stay the same.
      const metrics = await trainer.step(Array.from({ length: 40 }, () => ({ inputs, learningRate: 0.1 })));
      metrics.forEach(({ loss, size }, t) => {
        const before = [1, 2, 3, 4].map((value) => value - 0.1 * t);
        expect(loss![0]).toBeCloseTo(2 * before.reduce((sum, value) => sum + value), 3);
        expect(size![0]).toBeCloseTo(
          before.reduce((sum, value) => sum + value ** 2, 0),
          3,
        );
      });
    });

    it('runs every kernel as the plain JavaScript backend does, forward and backward', async () => {
      const module = new URL('../engine/kernel-probes.mjs', import.meta.url).href;
      const trainer = await create({ model: { module, factory: 'probeModel', config: null }, batchRows: 4, seed: 1 });
      const weights = probeWeights();
      await trainer.setWeights(weights);
      const inputs = { choice: Int32Array.of(2, 0, 2, 1), scale: Float32Array.of(0.5, 2) };
      const { metrics, gradient } = await trainer.gradient(inputs);
      const expected = await onPlainBackend(weights, inputs);
      expect(Object.keys(metrics)).toEqual(Object.keys(expected.metrics));
      for (const [name, values] of Object.entries(expected.metrics)) {
        expectClose(metrics[name]!, values, 1e-5, 1e-5, name);
      }
      for (const { name, offset, size } of parameterLayout(probeModel().parameters)) {
        const part = (values: Float32Array) => values.subarray(offset, offset + size);
        expectClose(part(gradient), part(expected.gradient), 1e-5, 1e-5, name);
      }
      expect(metrics.both).toHaveLength(2);
    });

    it.each([tableVae, denseCase])('gives rows of weight 0 no part: $name', async (of) => {
      const weights = weightsFor(of, 4);
      const [few, padded] = await Promise.all(
        [
          { batchRows: 6, inputs: of.inputs(6, 5) },
          { batchRows: 10, inputs: of.inputs(6, 5, 2) },
        ].map(async ({ batchRows, inputs }) => {
          const trainer = await create({ model: of.reference, batchRows, seed: 1 });
          await trainer.setWeights(weights);
          return trainer.gradient(inputs);
        }),
      );
      expectClose(padded!.gradient, few!.gradient, 1e-5, 1e-7);
      for (const [name, values] of Object.entries(few!.metrics))
        expectClose(padded!.metrics[name]!, values, 1e-5, 1e-7);
    });

    it('starts from the seed', async () => {
      const start = async (seed: number) => {
        const trainer = await create({ model: tableVae.reference, batchRows: 4, seed });
        const { current, average } = await trainer.weights();
        expect(average).toEqual(current);
        return current;
      };
      const first = await start(1);
      expect(await start(1)).toEqual(first);
      expect(await start(2)).not.toEqual(first);
      const byName = parametersOf(tableVae.model.parameters, first);
      expect(byName('encoder.bias')[0]!.every((v) => v === 0)).toBe(true);
      expect(
        byName('encoder.codes')
          .flat()
          .every((v) => v !== 0),
      ).toBe(true);
    });

    it('sets weights, gives them back, and starts the optimiser anew', async () => {
      const weights = weightsFor(denseCase, 6);
      const trainer = await create({ model: denseCase.reference, batchRows: 4, seed: 1 });
      const steps = [1, 2].map((t) => ({ inputs: denseCase.inputs(4, t), learningRate: 0.01 }));
      const run = async () => {
        await trainer.setWeights(weights);
        expect(await trainer.weights()).toEqual({ current: weights, average: weights });
        return [await trainer.step(steps), await trainer.weights()];
      };
      expect(await run()).toEqual(await run());
    });

    it('evaluates under the averaged weights and changes nothing', async () => {
      const trainer = await create({ model: tableVae.reference, batchRows: 6, seed: 7, averageDecay: 0.9 });
      const step = { inputs: tableVae.inputs(6, 1), learningRate: 0.05 };
      await trainer.step([step, step, step]);
      const before = await trainer.weights();
      const batches = [20, 30].map((seed) => tableVae.inputs(6, seed));
      const metrics = await trainer.evaluate(batches);
      batches.forEach((inputs, i) => {
        expectMetrics(metrics[i]!, tableVae.objective(before.average, inputs), 1e-5);
      });
      expect(tableVae.objective(before.current, batches[0]!).loss).not.toBeCloseTo(metrics[0]!.loss![0]!, 3);
      await trainer.gradient(batches[0]!);
      expect(await trainer.weights()).toEqual(before);
      const { metrics: next } = await trainer.gradient(step.inputs);
      expect((await trainer.step([step]))[0]).toEqual(next);
    });

    it('runs graphs under the averaged weights as the exported ones run, and changes nothing', async () => {
      const of = tableVae;
      const trainer = await create({ model: of.reference, batchRows: 6, seed: 7, averageDecay: 0.9 });
      const step = { inputs: of.inputs(6, 1), learningRate: 0.05 };
      await trainer.step([step, step, step]);
      const before = await trainer.weights();
      const runner = createRunner(await trainer.exportGraphs(before.average), { workers: 1 });
      try {
        // A part of a chunk, several chunks, and more chunks than threads.
        for (const rows of [1, 513, 2100]) {
          const uniforms = Float32Array.from({ length: rows * 5 }, (_, i) => ((i * 37) % 1009) / 1009 + 0.0004);
          const drawn = await trainer.run('sampler', { uniforms }, rows);
          expect(drawn).toEqual(await runner.run('sampler', { uniforms }, rows));
          expect(drawn.codes).toHaveLength(rows * 5);
        }
        const { codes } = of.inputs(600, 9);
        const { mu } = await trainer.run('encoder', { codes: codes! }, 600);
        expectClose(mu!, (await runner.run('encoder', { codes: codes! }, 600)).mu!, 1e-5, 1e-6);
      } finally {
        await runner.close();
      }
      expect(await trainer.weights()).toEqual(before);
      await expect(trainer.run('nothing', {}, 1)).rejects.toThrow(/Expected a graph of the model, got `nothing`/);
    });

    it('gives the same for steps one by one, many at once, and calls that overlap', async () => {
      const steps = Array.from({ length: 70 }, (_, t) => ({
        inputs: denseCase.inputs(4, t),
        learningRate: 0.01 / (1 + t),
      }));
      const trainer = await create({ model: denseCase.reference, batchRows: 4, seed: 3 });
      const { current } = await trainer.weights();
      const run = async (act: (trainer: Trainer) => Promise<unknown>) => {
        await trainer.setWeights(current);
        return [await act(trainer), await trainer.weights()];
      };
      const together = await run((trainer) => trainer.step(steps));
      const oneByOne = await run(async (trainer) => {
        const metrics: Metrics[] = [];
        for (const step of steps) metrics.push(...(await trainer.step([step])));
        return metrics;
      });
      const overlapping = await run(async (trainer) => {
        const calls = [steps.slice(0, 1), steps.slice(1, 40), [], steps.slice(40)].map((some) => trainer.step(some));
        void trainer.evaluate([steps[0]!.inputs]);
        return (await Promise.all(calls)).flat();
      });
      expect(oneByOne).toEqual(together);
      expect(overlapping).toEqual(together);
    });

    it('lets a loss that is not a number through', async () => {
      const trainer = await create({ model: denseCase.reference, batchRows: 4, seed: 1 });
      const inputs = denseCase.inputs(4, 1);
      const [metrics] = await trainer.step([
        { inputs: { ...inputs, x: inputs.x!.map(() => Number.NaN) }, learningRate: 0.01 },
      ]);
      expect(metrics!.loss![0]).toBeNaN();
    });

    it('refuses arrays of another length and goes on', async () => {
      const trainer = await create({ model: denseCase.reference, batchRows: 4, seed: 1 });
      const { current } = await trainer.weights();
      const step = { inputs: denseCase.inputs(4, 1), learningRate: 0.01 };
      const wrong = { ...step, inputs: { ...step.inputs, x: new Float32Array(5) } };
      await expect(trainer.step([step, wrong])).rejects.toThrow(
        new RangeError('Expected input `x` to have 24 values, got 5'),
      );
      // None of the steps before it are taken, however many.
      const late = [...Array.from({ length: 40 }, () => step), wrong];
      await expect(trainer.step(late)).rejects.toThrow(RangeError);
      await expect(trainer.evaluate([{}])).rejects.toThrow('Expected input `x` to have 24 values, got none');
      await expect(trainer.setWeights(new Float32Array(3))).rejects.toThrow(/Expected \d+ weights, got 3/);
      const [taken, after] = [await trainer.step([step, step]), await trainer.weights()];
      await trainer.setWeights(current);
      expect(await trainer.step([step, step])).toEqual(taken);
      expect(await trainer.weights()).toEqual(after);
    });

    it('rejects what waits when it is closed, and every call afterwards', async () => {
      const trainer = await create({ model: tableVae.reference, batchRows: 64, seed: 1 });
      const step = { inputs: tableVae.inputs(64, 1), learningRate: 0.01 };
      const running = trainer.step(Array.from({ length: 3000 }, () => step));
      const waiting = trainer.weights();
      const outcomes = Promise.allSettled([running, waiting]);
      await new Promise((resolve) => setTimeout(resolve, 50));
      await trainer.close();
      for (const outcome of await outcomes) {
        expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(EngineError) });
      }
      await expect(trainer.step([step])).rejects.toThrow('Expected an open trainer, got one that was closed');
      await trainer.close();
    });

    it('says why a model cannot be used', async () => {
      const module = new URL('../engine/bad-models.mjs', import.meta.url).href;
      const start = (factory: string) =>
        create({ model: { module, factory, config: null }, batchRows: 4, seed: 1 }).then((trainer) =>
          trainer.gradient({ x: new Float32Array(4) }),
        );
      for (const [factory, message] of [
        ['missing', /bad-models\.mjs to export a function `missing`/],
        ['throwing', /the model is out of order/],
      ] as const) {
        const error = await start(factory).catch((error: unknown) => error);
        expect(error).toBeInstanceOf(EngineError);
        expect((error as Error).message).toMatch(message);
      }
    });

    it('exports graphs that run outside of it', async () => {
      const of = tableVae;
      const trainer = await create({ model: of.reference, batchRows: 4, seed: 1 });
      const weights = weightsFor(of, 8);
      const runner = createRunner(await trainer.exportGraphs(weights), { workers: 1 });
      try {
        const { codes } = of.inputs(5, 9);
        const { mu, logVar } = await runner.run('encoder', { codes: codes! }, 5);
        const reference = plainTableVae(
          { spans: mixedSpans, hidden: 8, latent: 3 },
          parametersOf(of.model.parameters, weights),
        );
        const rows = [0, 1, 2, 3, 4].map((r) => reference.encode(Array.from(codes!.slice(5 * r, 5 * r + 5))));
        expectClose(
          mu!,
          rows.flatMap((row) => row.mu),
          1e-5,
          1e-6,
        );
        expectClose(
          logVar!,
          rows.flatMap((row) => row.logVar),
          1e-5,
          1e-6,
        );
      } finally {
        await runner.close();
      }
    });
  });
}

function expectClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  relative: number,
  absolute: number,
  name = 'values',
): void {
  expect(actual.length).toBe(expected.length);
  let worst = { excess: Number.NEGATIVE_INFINITY, at: -1 };
  for (let i = 0; i < expected.length; i += 1) {
    const excess = Math.abs(actual[i]! - expected[i]!) - relative * Math.abs(expected[i]!) - absolute;
    if (!(excess <= worst.excess)) worst = { excess, at: i };
  }
  const { at, excess } = worst;
  expect(excess, `${name}[${at}]: ${actual[at]} for ${expected[at]}`).toBeLessThanOrEqual(0);
}

function expectMetrics(actual: Metrics, expected: Record<string, number>, relative: number): void {
  expect(Object.keys(actual)).toEqual(Object.keys(expected));
  for (const [name, value] of Object.entries(expected)) expectClose(actual[name]!, [value], relative, 1e-6, name);
}

/** The probes run call by call, by the backend that is written in JavaScript. */
async function onPlainBackend(weights: Float32Array, inputs: InputArrays) {
  const before = tf.getBackend();
  await tf.setBackend('cpu');
  tf.env().set('PROD', true); // Prints no advertisement.
  try {
    const { parameters, objective } = probeModel();
    const layout = parameterLayout(parameters);
    const values = layout.map(({ shape, offset, size }) => tf.tensor(weights.slice(offset, offset + size), [...shape]));
    const fed = { choice: tf.tensor1d(inputs.choice!, 'int32'), scale: tf.tensor1d(inputs.scale!) };
    let metrics: Record<string, Float32Array> = {};
    const { grads } = tf.valueAndGrads((...x: tf.Tensor[]) => {
      const outputs: Tensors = objective.run(Object.fromEntries(layout.map(({ name }, i) => [name, x[i]!])), fed);
      metrics = Object.fromEntries(
        Object.entries(outputs).map(([name, output]) => [name, Float32Array.from(output.dataSync())]),
      );
      return outputs.loss as tf.Scalar;
    })(values);
    const gradient = Float32Array.from(grads.flatMap((grad) => [...grad.dataSync()]));
    tf.dispose([values, grads, Object.values(fed)]);
    return { metrics, gradient };
  } finally {
    if (before && before !== 'cpu') await tf.setBackend(before);
  }
}
