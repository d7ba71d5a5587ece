import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { tensorflowEngine } from '../../src/engine/eager.js';
import { loadTensorflow } from '../../src/engine/load-tensorflow.js';
import { describeEngine } from '../conformance/describe-engine.js';
import { tableCases } from './cases.js';

const { backend, reason } = await loadTensorflow();
console.log(`The tensorflow engine runs on ${backend}${reason === undefined ? '' : ` (${reason})`}`);

describeEngine(tensorflowEngine);

describe('tensorflowEngine', () => {
  it('leaves no tensors behind', async () => {
    const of = tableCases[0]!;
    const before = tf.memory().numTensors;
    const trainer = await tensorflowEngine.createTrainer({ model: of.reference, batchRows: 4, seed: 1 });
    const inputs = of.inputs(4, 1);
    await trainer.step([{ inputs, learningRate: 0.01 }]);
    await trainer.evaluate([inputs]);
    await trainer.gradient(inputs);
    await trainer.setWeights((await trainer.weights()).average);
    expect(tf.memory().numTensors).toBe(before);
    await expect(trainer.step([{ inputs: {}, learningRate: 0.01 }])).rejects.toThrow(RangeError);
    await trainer.close();
    const module = new URL('./bad-models.mjs', import.meta.url).href;
    const model = { module, factory: 'throwing', config: null };
    const broken = await tensorflowEngine.createTrainer({ model, batchRows: 4, seed: 1 });
    await expect(broken.evaluate([{ x: new Float32Array(4) }])).rejects.toThrow(/out of order/);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('trains what the compiled engine has no translation for, but does not export it', async () => {
    const module = new URL('./bad-models.mjs', import.meta.url).href;
    const model = { module, factory: 'unmapped', config: null };
    const trainer = await tensorflowEngine.createTrainer({ model, batchRows: 4, seed: 1 });
    await trainer.setWeights(Float32Array.of(0.5));
    const { metrics, gradient } = await trainer.gradient({ x: Float32Array.of(1, 2, 3, 4) });
    const x = [1, 2, 3, 4];
    expect(metrics.loss![0]).toBeCloseTo(
      x.reduce((sum, v) => sum + Math.atan(0.5 * v), 0),
      5,
    );
    expect(gradient[0]).toBeCloseTo(
      x.reduce((sum, v) => sum + v / (1 + (0.5 * v) ** 2), 0),
      5,
    );
    await expect(trainer.exportGraphs(Float32Array.of(1))).rejects.toThrow('got `Atan`');
    await trainer.close();
  });

  it('lets the event loop turn between steps', async () => {
    const of = tableCases[0]!;
    const trainer = await tensorflowEngine.createTrainer({ model: of.reference, batchRows: 4, seed: 1 });
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 1);
    await trainer.step(Array.from({ length: 40 }, () => ({ inputs: of.inputs(4, 1), learningRate: 0.01 })));
    clearInterval(timer);
    await trainer.close();
    expect(turns).toBeGreaterThan(5);
  });

  it('prints nothing of its own', async () => {
    const script = `
      const { tensorflowEngine } = await import(${JSON.stringify(new URL('../../dist/engine/eager.js', import.meta.url).href)});
      const trainer = await tensorflowEngine.createTrainer(${JSON.stringify({ model: tableCases[0]!.reference, batchRows: 4, seed: 1 })});
      await trainer.weights();
    `;
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
    expect(stdout).toBe('');
    expect(stderr).not.toMatch(/Hi, looks like/);
    if (backend === 'cpu') expect(stderr).toBe('');
  });
});
