import { fromBinary } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { compile } from '../../src/engine/compile.js';
import { narrow } from '../../src/engine/narrow.js';
import type { OnnxNode } from '../../src/engine/onnx-builder.js';
import { ModelProtoSchema, type TypeProto } from '../../src/engine/onnx-schema/onnx_pb.js';
import { resultOrder } from '../../src/engine/result-order.js';
import { simplify } from '../../src/engine/simplify.js';
import { denseCaseOf, tableCase, wideSpans } from './cases.js';

const call = (operator: string, inputs: string[], output: string): OnnxNode => ({
  operator,
  inputs,
  outputs: [output],
  attributes: {},
});
const dimsOf = ({ value }: TypeProto) =>
  value.case === 'tensorType' ? value.value.shape!.dim.map((dim) => Number(dim.value.value)) : undefined;
const graphOf = async (of: ReturnType<typeof denseCaseOf>, batchRows: number) => {
  const { gradients } = await compile({ model: of.reference, batchRows, seed: 1 });
  return fromBinary(ModelProtoSchema, gradients).graph!;
};

describe('narrow', () => {
  const shapes: Record<string, number[]> = { d: [3, 1], ones: [3, 4], spread: [3, 4], x: [3, 4], s: [3, 4] };
  for (const name of ['negative', 'left', 'right', 'sum']) shapes[name] = [3, 4];
  const known = {
    shapeOf: (name: string) => shapes[name],
    isOnes: (name: string) => name === 'ones',
    scalarOf: () => undefined,
  };

  it('leaves a factor narrow where its users spread it, and takes it out of a sum', () => {
    const nodes = [
      call('Mul', ['d', 'ones'], 'spread'),
      call('Mul', ['spread', 's'], 'left'),
      call('Neg', ['spread'], 'negative'),
      call('Mul', ['negative', 'x'], 'right'),
      call('Add', ['left', 'right'], 'sum'),
    ];
    expect(narrow(nodes, new Set(['sum']), known).slice(-2)).toEqual([
      call('Sub', ['s', 'x'], 'sum:sum'),
      call('Mul', ['sum:sum', 'd'], 'sum'),
    ]);
  });

  it('leaves a spread factor to users that need it whole', () => {
    const nodes = [
      call('Mul', ['d', 'ones'], 'spread'),
      call('Gemm', ['spread', 'w'], 'product'),
      call('Add', ['spread', 'unknown'], 'sum'),
    ];
    expect(narrow(nodes, new Set(['product', 'sum']), known)).toEqual(nodes);
  });

  it('takes nothing out of a sum of products that others use as well', () => {
    const nodes = [
      call('Mul', ['a', 'c'], 'left'),
      call('Mul', ['b', 'c'], 'right'),
      call('Add', ['left', 'right'], 'sum'),
      call('Exp', ['left'], 'other'),
    ];
    expect(narrow(nodes, new Set(['sum', 'other']), known)).toEqual(nodes);
  });
});

describe('simplify', () => {
  const shapes: Record<string, number[]> = { product: [-1, 4], column: [-1, 1], row: [4], other: [3, 4] };
  const known = {
    shapeOf: (name: string) => shapes[name],
    isOnes: () => false,
    scalarOf: (name: string) => (name === 'half' ? 0.5 : undefined),
  };
  const fold = (operator: string, inputs: string[]) =>
    simplify([call('Gemm', ['a', 'b'], 'product'), call(operator, inputs, 'sum')], new Set(['sum']), known);
  const product = (bias: string, attributes = {}) => [{ ...call('Gemm', ['a', 'b', bias], 'sum'), attributes }];

  it('folds what a product is added to, or taken from, into the product', () => {
    expect(fold('Add', ['product', 'row'])).toEqual(product('row'));
    expect(fold('Add', ['column', 'product'])).toEqual(product('column'));
    expect(fold('Sub', ['column', 'product'])).toEqual(product('column', { alpha: -1 }));
  });

  it('folds a multiple of what a product is added to', () => {
    const halved = call('Mul', ['other', 'half'], 'multiple');
    const nodes = [halved, call('Gemm', ['a', 'b'], 'matrix'), call('Add', ['matrix', 'multiple'], 'sum')];
    const same = { ...known, shapeOf: () => [3, 4] };
    const folded = { ...call('Gemm', ['a', 'b', 'other'], 'sum'), attributes: { beta: 0.5 } };
    expect(simplify(nodes, new Set(['sum']), same)).toEqual([folded]);
    expect(simplify(nodes, new Set(['sum', 'multiple']), same)).toEqual([halved, folded]);
  });

  it('leaves a product that something is taken from, and what does not fit', () => {
    expect(fold('Sub', ['product', 'row'])).toHaveLength(2);
    expect(fold('Add', ['product', 'other'])).toHaveLength(2);
  });
});

describe('resultOrder', () => {
  it('puts results last, those that need the most first', () => {
    const [a, early, b, late] = [
      call('Exp', ['x'], 'a'),
      call('Neg', ['a'], 'early'),
      call('Log', ['a'], 'b'),
      call('Neg', ['b'], 'late'),
    ] as [OnnxNode, OnnxNode, OnnxNode, OnnxNode];
    expect(resultOrder([a, early, b, late])).toEqual([a, b, late, early]);
  });
});

describe('compile', () => {
  it('gives the gradients of biases as the rows that they are computed as', async () => {
    const { node, output } = await graphOf(denseCaseOf({ widths: [20, 64], latent: 8 }), 4);
    const shapes = output.map(({ name, type }) => [name, dimsOf(type!)]);
    expect(Object.fromEntries(shapes)).toMatchObject({
      'gradient/encoder.0.kernel': [20, 64],
      'gradient/encoder.0.bias': [1, 64],
    });
    expect(node.filter(({ opType }) => opType === 'Reshape').map(({ output }) => output[0])).not.toContain(
      'gradient/encoder.0.bias',
    );
  });

  it('computes the gradient of a kernel transposed where its columns are few and do not fill the last sixteen', async () => {
    const { node } = await graphOf(denseCaseOf({ widths: [20, 64], latent: 8 }), 4);
    const transposed = node.filter(({ opType }) => opType === 'Transpose').map(({ output }) => output[0]);
    expect(transposed).toEqual(['gradient/decoder.1.kernel']);
  });

  it('looks rows up where a factor is one-hot, and sums by code for their gradient', async () => {
    const { node } = await graphOf(tableCase('table VAE', { spans: wideSpans, hidden: 8, latent: 3 }), 4);
    const operators = new Set(node.map(({ opType }) => opType));
    expect(operators).not.toContain('OneHot');
    expect([...operators]).toEqual(expect.arrayContaining(['Gather', 'ScatterND', 'Equal']));
  });

  it('grows with the columns of a table, not with their square', async () => {
    const bytes = async (columns: number) => {
      const scores = Array.from({ length: 40 }, (_, i) => (i - 20) / 10);
      const spans = Array.from({ length: columns }, (_, j) => {
        return { name: `c${j}`, likelihood: 'categorical' as const, width: 40, scores };
      });
      const { reference } = tableCase('table VAE', { spans, hidden: 8, latent: 3 });
      return (await compile({ model: reference, batchRows: 4, seed: 1 })).gradients.length;
    };
    const [few, more] = await Promise.all([bytes(32), bytes(96)]);
    expect(more / few).toBeLessThan(3.3);
  });

  it('draws a code in one product, a step and a sum', async () => {
    const { reference } = tableCase('table VAE', { spans: wideSpans, hidden: 8, latent: 3 });
    const { graphs } = await compile({ model: reference, batchRows: 4, seed: 1 });
    const { node } = fromBinary(ModelProtoSchema, graphs.decoder!).graph!;
    const count = (operator: string) => node.filter(({ opType }) => opType === operator).length;
    expect(['Softmax', 'HardSigmoid', 'ReduceSum', 'Relu', 'Less'].map(count)).toEqual([4, 4, 4, 5, 0]);
    expect(node.filter(({ attribute }) => attribute.some(({ name, f }) => name === 'alpha' && f === -1))).toHaveLength(
      4,
    );
  });
});
