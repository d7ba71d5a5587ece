import { sizeOf } from '../../models/shape.js';
import type { OnnxBuilder } from '../onnx-builder.js';
import { type ArrayType, at, type Kernel, kernel } from './kernel.js';

/** Codes from which on rows are looked up and not multiplied by one-hot codes; below, the product takes a bias along. */
const LOOKED_UP = 8;

/** Columns that ONNX Runtime computes at a time, all of them even where only some are there. */
const COLUMNS = 16;

/** Matrix products, and reductions over axes. */
export const linearKernels: Readonly<Record<string, Kernel>> = {
  BatchMatMul: kernel<{ transposeA: boolean; transposeB: boolean }>({
    infer: (inputs, { transposeA, transposeB }) => {
      const [a, b] = [at(inputs, 0), at(inputs, 1)];
      const rows = a.shape.at(transposeA ? -1 : -2) ?? 1;
      const columns = b.shape.at(transposeB ? -2 : -1) ?? 1;
      const lead = sizeOf(a.shape.slice(0, -2)) >= sizeOf(b.shape.slice(0, -2)) ? a.shape : b.shape;
      return [{ shape: [...lead.slice(0, -2), rows, columns], dtype: a.dtype }];
    },
    emit: (onnx, inputs, { transposeA, transposeB }) => {
      const [a, b] = [at(inputs, 0), at(inputs, 1)];
      if (a.shape.length === 2 && b.shape.length === 2) {
        const [left, right] = [onnx.use(a), onnx.use(b)];
        const codes = transposeB ? undefined : onnx.codesOf(left);
        const width = a.shape[1] ?? 1;
        if (codes !== undefined && transposeA) return [segmentSums(onnx, right, codes, b.shape, width)];
        if (codes !== undefined && width >= LOOKED_UP) return [onnx.op('Gather', [right, codes], { axis: 0 })];
        if (transposeA && !transposeB && isShorterTransposed(width, b.shape[1] ?? 1)) {
          // With something added, be it nothing, ONNX Runtime leaves the two calls as they are.
          const product = onnx.op('Gemm', [right, left, onnx.scalar(0)], { transA: 1, transB: 0, beta: 0 });
          return [onnx.op('Transpose', [product], { perm: [1, 0] })];
        }
        return [onnx.op('Gemm', [left, right], { transA: Number(transposeA), transB: Number(transposeB) })];
      }
      const side = (input: typeof a, transpose: boolean) =>
        transpose
          ? onnx.op('Transpose', [onnx.use(input)], { perm: lastTwoSwapped(input.shape.length) })
          : onnx.use(input);
      return [onnx.op('MatMul', [side(a, transposeA), side(b, transposeB)])];
    },
  }),
  Sum: reduction('ReduceSum'),
  Prod: reduction('ReduceProd'),
  Mean: reduction('ReduceMean'),
  Max: reduction('ReduceMax'),
  Min: reduction('ReduceMin'),
  ArgMax: kernel<{ axis: number }>({
    infer: (inputs, { axis }) => [{ shape: at(inputs, 0).shape.filter((_, i) => i !== axis), dtype: 'int32' }],
    emit: (onnx, inputs, { axis }) => {
      const places = onnx.op('ArgMax', [onnx.use(at(inputs, 0))], { axis, keepdims: 0 });
      return [onnx.cast(places, 'int64', 'int32')];
    },
  }),
  Softmax: kernel<object>({
    infer: (inputs) => [sameAs(at(inputs, 0))],
    emit: (onnx, inputs) => [onnx.op('Softmax', [onnx.use(at(inputs, 0))], { axis: -1 })],
  }),
  Cumsum: kernel<{ axis: number; exclusive: boolean; reverse: boolean }>({
    infer: (inputs) => [sameAs(at(inputs, 0))],
    emit: (onnx, inputs, { axis, exclusive, reverse }) => {
      const attributes = { exclusive: Number(exclusive), reverse: Number(reverse) };
      return [onnx.op('CumSum', [onnx.use(at(inputs, 0)), onnx.scalar(axis, 'int32')], attributes)];
    },
  }),
  /** Rows summed by segment: the gradient of a lookup. */
  UnsortedSegmentSum: kernel<{ numSegments: number }>({
    infer: (inputs, { numSegments }) => {
      const [x, ids] = [at(inputs, 0), at(inputs, 1)];
      return [{ shape: [numSegments, ...x.shape.slice(ids.shape.length)], dtype: x.dtype }];
    },
    emit: (onnx, inputs, { numSegments }, outputs) => {
      const [x, ids] = [at(inputs, 0), at(inputs, 1)];
      const rows = ids.shape.length === 1 ? (ids.shape[0] ?? 1) : -1;
      const shape = [rows, sizeOf(x.shape.slice(ids.shape.length))];
      const sums = segmentSums(onnx, onnx.use(x, shape), onnx.use(ids, [rows]), shape, numSegments);
      return [onnx.reshape(sums, [numSegments, shape[1] ?? 1], at(outputs, 0).shape)];
    },
  }),
};

/**
 * Whether a matrix of rows and columns is computed in less time when it is computed transposed, for what is added in columns that
 * are not there: such as the gradient of a layer of 20 outputs, which are 32 columns. Below a quarter the transposing costs more.
 */
function isShorterTransposed(rows: number, columns: number): boolean {
  const computed = (count: number) => COLUMNS * Math.ceil(count / COLUMNS);
  return rows * computed(columns) >= 1.25 * columns * computed(rows);
}

/** Rows of a matrix summed by their codes [rows]: [segments, width]. Takes between a fifth and all of a product's time. */
function segmentSums(
  onnx: OnnxBuilder,
  x: string,
  codes: string,
  [rows = -1, width = 1]: readonly number[],
  segments: number,
): string {
  const zeros = onnx.op('ConstantOfShape', [onnx.vector([segments, width], 'int64')]);
  const places = onnx.cast(onnx.reshape(codes, [rows], [rows, 1]), 'int32', 'int64');
  return onnx.op('ScatterND', [zeros, places, x], { reduction: 'add' });
}

interface ReductionAttributes {
  readonly axis?: number | readonly number[];
  /** What `Max` alone calls its axes. */
  readonly reductionIndices?: number | readonly number[];
  readonly keepDims: boolean;
}

/** Sums down the rows of a matrix are written as a product with ones, which runs several times as fast as a reduction. */
function reduction(operator: string): Kernel {
  return kernel<ReductionAttributes>({
    infer: (inputs, { axis, reductionIndices, keepDims }) => {
      const { shape, dtype } = at(inputs, 0);
      const axes = axesOf(axis ?? reductionIndices, shape.length);
      const kept = keepDims
        ? shape.map((dim, i) => (axes.includes(i) ? 1 : dim))
        : shape.filter((_, i) => !axes.includes(i));
      return [{ shape: kept, dtype: operator === 'ReduceMean' ? 'float32' : dtype === 'bool' ? 'int32' : dtype }];
    },
    emit: (onnx, inputs, { axis, reductionIndices, keepDims }, outputs) => {
      const input = at(inputs, 0);
      const axes = axesOf(axis ?? reductionIndices, input.shape.length);
      const x = onnx.use(input);
      if (axes.length === 0) return [onnx.cast(x, input.value.dtype, at(outputs, 0).dtype)];
      const [rows = -1, width] = input.shape;
      if (operator === 'ReduceSum' && input.shape.length === 2 && axes.join() === '0' && rows !== -1) {
        const sums = onnx.op('Gemm', [onnx.ones([1, rows]), x], { transA: 0, transB: 0 });
        return [keepDims ? sums : onnx.reshape(sums, [1, width ?? 1], [width ?? 1])];
      }
      const summable = onnx.cast(x, input.value.dtype, at(outputs, 0).dtype);
      return [onnx.op(operator, [summable, onnx.vector(axes, 'int64')], { keepdims: Number(keepDims ?? false) })];
    },
  });
}

function axesOf(axis: number | readonly number[] | null | undefined, rank: number): number[] {
  if (axis === null || axis === undefined) return Array.from({ length: rank }, (_, i) => i);
  return [axis].flat().map((a) => (a < 0 ? a + rank : a));
}

function lastTwoSwapped(rank: number): number[] {
  return [...Array.from({ length: rank - 2 }, (_, i) => i), rank - 1, rank - 2];
}

function sameAs({ shape, dtype }: ArrayType): ArrayType {
  return { shape, dtype };
}
