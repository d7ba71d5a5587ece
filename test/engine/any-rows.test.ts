import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { anyRows } from '../../src/engine/any-rows.js';
import { trace } from '../../src/engine/trace.js';
import { EngineError } from '../../src/errors.js';
import type { Model } from '../../src/models/model.js';

beforeAll(async () => {
  tf.env().set('PROD', true);
  await tf.ready();
});

/** Traces of a graph of one input x [rows, 4], with 5 rows and with 7. */
function joined(run: (x: tf.Tensor2D) => tf.Tensor) {
  const inputs = { x: { shape: [4], dtype: 'float32', perRow: true } } as const;
  const graph = { inputs, run: (_: unknown, { x }: Record<string, tf.Tensor>) => ({ out: run(x as tf.Tensor2D) }) };
  const model = { parameters: {}, objective: graph, graphs: { graph } } as unknown as Model;
  const [few, more] = [5, 7].map((rows) => trace(model, { kind: 'graph', name: 'graph', rows }));
  return anyRows(few!, more!);
}

describe('anyRows', () => {
  it('finds the dimensions that follow the rows', () => {
    const { inputs, nodes, outputs } = joined((x) => tf.sum(tf.slice(tf.exp(x), [0, 1], [-1, 2]), 1, true));
    expect(inputs.map(({ shape }) => shape)).toEqual([[-1, 4]]);
    expect(nodes.map(({ kernel, outputs: [out] }) => [kernel, out!.shape])).toEqual([
      ['Exp', [-1, 4]],
      ['Slice', [-1, 2]],
      ['Sum', [-1, 1]],
    ]);
    expect(outputs.map(({ name, shape }) => [name, shape])).toEqual([['out', [-1, 1]]]);
  });

  it('keeps dimensions that do not', () => {
    expect(joined((x) => tf.sum(x, 0)).outputs[0]!.shape).toEqual([4]);
  });

  it('refuses functions whose steps or numbers follow the rows', () => {
    const sameSteps = 'Expected a graph to take the same steps for any number of rows';
    expect(() => joined((x) => tf.addN(tf.unstack(x)))).toThrow(new EngineError(sameSteps));
    expect(() => joined((x) => (x.shape[0] === 5 ? tf.exp(x) : tf.log(x)))).toThrow(sameSteps);
    expect(() => joined((x) => (x.shape[0] === 5 ? tf.exp(x) : tf.exp(tf.exp(x))))).toThrow(sameSteps);
    expect(() => joined((x) => tf.clipByValue(x, 0, x.shape[0]))).toThrow(
      'Expected `clipValueMax` of `ClipByValue` to be the same for any number of rows',
    );
  });
});
