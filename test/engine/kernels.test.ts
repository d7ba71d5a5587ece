import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { convolutionKernels } from '../../src/engine/kernels/convolution.js';
import { elementwiseKernels } from '../../src/engine/kernels/elementwise.js';
import { fusedKernels } from '../../src/engine/kernels/fused.js';
import { indexingKernels } from '../../src/engine/kernels/indexing.js';
import { linearKernels } from '../../src/engine/kernels/linear.js';
import { trace } from '../../src/engine/trace.js';
import { probeModel, probes } from './kernel-probes.mjs';

beforeAll(async () => {
  tf.env().set('PROD', true);
  await tf.ready();
});

describe('kernels', () => {
  it('are each used by a probe', () => {
    const { nodes } = trace(probeModel(), { kind: 'gradients', rows: 4 });
    const used = new Set(nodes.map(({ kernel }) => kernel));
    const known = Object.keys({
      ...elementwiseKernels,
      ...linearKernels,
      ...indexingKernels,
      ...convolutionKernels,
      ...fusedKernels,
    });
    expect(known.filter((name) => !used.has(name))).toEqual([]);
  });

  it.each(Object.entries(probes))(
    'infer the shapes and types that TensorFlow.js computes: %s',
    (_name, { operands, run }) => {
      const objective = (p: Record<string, tf.Tensor>) => ({ out: run(...operands.map((_, i) => p[i]!)) });
      const parameters = Object.fromEntries(operands.map(({ shape }, i) => [i, { shape, limit: 1 }]));
      const model = { parameters, objective: { inputs: {}, run: objective as never }, graphs: {} };
      const { outputs } = trace(model, { kind: 'objective', rows: 1 });
      const computed = tf.tidy(() => run(...operands.map(({ shape, high = 1 }) => tf.fill(shape, high / 3))));
      expect(outputs.map(({ shape, value }) => [shape, value.dtype])).toEqual([[computed.shape, computed.dtype]]);
      computed.dispose();
    },
  );
});

describe('trace', () => {
  it('leaves the active backend as it was, failing or not', () => {
    const before = tf.getBackend();
    trace(probeModel(), { kind: 'gradients', rows: 4 });
    const failing = { ...probeModel(), parameters: {} };
    expect(() => trace(failing, { kind: 'gradients', rows: 4 })).toThrow();
    expect(tf.getBackend()).toBe(before);
    expect(tf.tidy(() => tf.add(1, 2).dataSync())).toEqual(Float32Array.of(3));
  });

  it('computes nothing but what depends on constants alone', () => {
    const run = ({ a }: Record<string, tf.Tensor>) => ({
      out: tf.add(a as tf.Tensor, tf.sum(tf.mul(tf.range(0, 4), 2))),
    });
    const model = {
      parameters: { a: { shape: [3], limit: 1 } },
      objective: { inputs: {}, run: run as never },
      graphs: {},
    };
    const { nodes } = trace(model, { kind: 'objective', rows: 1 });
    expect(nodes.map(({ kernel }) => kernel)).toEqual(['Add']);
    expect(nodes[0]!.inputs[1]!.value.constant).toEqual(Float32Array.of(12));
  });
});
