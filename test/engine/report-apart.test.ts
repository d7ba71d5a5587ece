import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { reportApart } from '../../src/engine/report-apart.js';
import { trace } from '../../src/engine/trace.js';
import type { Model, Tensors } from '../../src/models/model.js';
import { denseCase } from './cases.js';

beforeAll(async () => {
  tf.env().set('PROD', true);
  await tf.ready();
});

/** A step of a model of one parameter `a` [4] and an input `x` [rows, 4], in two. */
function apart(run: (a: tf.Tensor1D, x: tf.Tensor2D) => Tensors, rows = 3) {
  const model: Model = {
    parameters: { a: { shape: [4], limit: 1 } },
    objective: {
      inputs: { x: { shape: [4], dtype: 'float32', perRow: true } },
      run: ({ a }, { x }) => run(a as tf.Tensor1D, x as tf.Tensor2D),
    },
    graphs: {},
  };
  return reportApart(trace(model, { kind: 'gradients', rows }), new Set(['a']));
}
const kernelsOf = ({ nodes }: { readonly nodes: readonly { readonly kernel: string }[] }) =>
  nodes.map(({ kernel }) => kernel);
const namesOf = (values: readonly { readonly name?: string }[]) => values.map(({ name }) => name);

describe('reportApart', () => {
  it('leaves to the report what gradients do not need, and hands on what both do', () => {
    const { gradients, report, carried } = apart((a, x) => {
      const y = tf.exp(tf.mul(a, x));
      return { loss: tf.sum(y), largest: tf.max(tf.sqrt(y)) };
    })!;
    expect(kernelsOf(gradients)).toEqual(expect.arrayContaining(['Multiply', 'Exp']));
    expect(kernelsOf(gradients)).not.toEqual(expect.arrayContaining(['Sqrt']));
    expect(kernelsOf(report)).toEqual(['Sum', 'Sqrt', 'Max']);
    expect(carried).toEqual([{ name: 'carried/0', shape: [3, 4], dtype: 'float32' }]);
    expect(namesOf(gradients.outputs)).toEqual(['carried/0', 'gradient/a']);
    expect(namesOf(report.inputs)).toEqual(['carried/0']);
    expect(namesOf(report.outputs)).toEqual(['loss', 'largest']);
  });

  it('makes masks again', () => {
    const { gradients, report, carried } = apart((a, x) => {
      const y = tf.exp(tf.mul(a, x));
      return { loss: tf.sum(tf.where(tf.greater(x, 0), y, tf.zerosLike(y))) };
    })!;
    expect(kernelsOf(gradients)).toContain('Greater');
    expect(kernelsOf(report)).toEqual(['Greater', 'Select', 'Sum']);
    expect(carried).toEqual([{ name: 'carried/0', shape: [3, 4], dtype: 'float32' }]);
  });

  it('keeps with the gradients what is made of parameters, which the next step changes', () => {
    const { gradients, report } = apart((a, x) => {
      const size = tf.sum(tf.square(a));
      return { loss: tf.add(tf.sum(tf.exp(tf.mul(a, x))), size), twice: tf.mul(size, 2) };
    })!;
    expect(kernelsOf(gradients)).toContain('Square');
    expect(kernelsOf(report)).not.toContain('Square');
    expect(namesOf(report.inputs)).not.toContain('a');
    expect(apart((a, x) => ({ loss: tf.sum(tf.mul(a, x)), a }))).toBeUndefined();
  });

  it('gives a metric that gradients need as well through the report', () => {
    const { report, carried } = apart((a, x) => {
      const y = tf.sum(tf.mul(a, x));
      return { loss: tf.square(y), y };
    })!;
    expect(namesOf(report.outputs)).toEqual(['loss', 'y']);
    expect(carried).toEqual([{ name: 'carried/0', shape: [], dtype: 'float32' }]);
  });

  it('covers every call of a step once, but for what it makes again', () => {
    const whole = trace(denseCase.model, { kind: 'gradients', rows: 4 });
    const { gradients, report } = reportApart(whole, new Set(Object.keys(denseCase.model.parameters)))!;
    expect([...gradients.nodes, ...report.nodes].sort(byPlace(whole.nodes))).toEqual(whole.nodes);
    expect(report.nodes.length).toBeGreaterThan(5);
  });

  it('leaves a step whole that would have to hand on too much', () => {
    const run = (a: tf.Tensor1D, x: tf.Tensor2D) => ({ loss: tf.sum(tf.exp(tf.mul(a, x))) });
    expect(apart(run, 16_384)).toBeDefined();
    expect(apart(run, 16_385)).toBeUndefined();
  });
});

function byPlace<T>(all: readonly T[]): (a: T, b: T) => number {
  return (a, b) => all.indexOf(a) - all.indexOf(b);
}
