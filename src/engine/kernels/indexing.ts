import { at, type Kernel, kernel } from './kernel.js';

/** Kernels that move elements: joining, cutting, looking up, repeating. */
export const indexingKernels: Readonly<Record<string, Kernel>> = {
  Concat: kernel<{ axis: number }>({
    infer: (inputs, { axis }) => {
      const { shape, dtype } = at(inputs, 0);
      const along = axis < 0 ? axis + shape.length : axis;
      const total = inputs.reduce((sum, input) => sum + (input.shape[along] ?? 0), 0);
      return [{ shape: shape.map((dim, i) => (i === along ? total : dim)), dtype }];
    },
    emit: (onnx, inputs, { axis }) => [
      inputs.length === 1
        ? onnx.use(at(inputs, 0))
        : onnx.op(
            'Concat',
            inputs.map((input) => onnx.use(input)),
            { axis },
          ),
    ],
  }),
  SplitV: kernel<{ numOrSizeSplits: number | readonly number[]; axis: number }>({
    infer: (inputs, { numOrSizeSplits, axis }) => {
      const { shape, dtype } = at(inputs, 0);
      const along = axis < 0 ? axis + shape.length : axis;
      const whole = shape[along] ?? 0;
      const sizes =
        typeof numOrSizeSplits === 'number'
          ? Array.from({ length: numOrSizeSplits }, () => whole / numOrSizeSplits)
          : numOrSizeSplits;
      return sizes.map((size) => ({ shape: shape.map((dim, i) => (i === along ? size : dim)), dtype }));
    },
    emit: (onnx, inputs, { axis }, outputs) => {
      const input = at(inputs, 0);
      if (outputs.length === 1) return [onnx.use(input)];
      const along = axis < 0 ? axis + input.shape.length : axis;
      const sizes = outputs.map(({ shape }) => shape[along] ?? 0);
      return onnx.ops('Split', [onnx.use(input), onnx.vector(sizes, 'int64')], { axis: along }, outputs.length);
    },
  }),
  Slice: kernel<SliceAttributes>({
    infer: (inputs, attributes) => {
      const { shape, dtype } = at(inputs, 0);
      return [{ shape: sliceOf(shape, attributes).map(({ size }) => size), dtype }];
    },
    emit: (onnx, inputs, attributes) => {
      const input = at(inputs, 0);
      const parts = sliceOf(input.shape, attributes)
        .map((part, axis) => ({ ...part, axis }))
        .filter(({ begin, size, axis }) => begin !== 0 || size !== input.shape[axis]);
      if (parts.length === 0) return [onnx.use(input)];
      const starts = parts.map(({ begin }) => begin);
      const ends = parts.map(({ begin, size }) => (size === -1 ? 2 ** 31 - 1 : begin + size));
      const bounds = [starts, ends, parts.map(({ axis }) => axis)].map((values) => onnx.vector(values, 'int64'));
      return [onnx.op('Slice', [onnx.use(input), ...bounds])];
    },
  }),
  PadV2: kernel<{ paddings: readonly (readonly [number, number])[]; constantValue: number }>({
    infer: (inputs, { paddings }) => {
      const { shape, dtype } = at(inputs, 0);
      return [{ shape: shape.map((dim, i) => dim + (paddings[i]?.[0] ?? 0) + (paddings[i]?.[1] ?? 0)), dtype }];
    },
    emit: (onnx, inputs, { paddings, constantValue }) => {
      const pads = onnx.vector([...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)], 'int64');
      return [onnx.op('Pad', [onnx.use(at(inputs, 0)), pads, onnx.scalar(constantValue, at(inputs, 0).value.dtype)])];
    },
  }),
  GatherV2: kernel<{ axis: number; batchDims: number }>({
    infer: (inputs, { axis }) => {
      const [x, indices] = [at(inputs, 0), at(inputs, 1)];
      const along = axis < 0 ? axis + x.shape.length : axis;
      return [{ shape: [...x.shape.slice(0, along), ...indices.shape, ...x.shape.slice(along + 1)], dtype: x.dtype }];
    },
    emit: (onnx, inputs, { axis }) => [onnx.op('Gather', [onnx.use(at(inputs, 0)), onnx.use(at(inputs, 1))], { axis })],
  }),
  OneHot: kernel<{ depth: number; onValue: number; offValue: number; dtype?: string }>({
    infer: (inputs, { depth, dtype }) => [{ shape: [...at(inputs, 0).shape, depth], dtype: dtype ?? 'float32' }],
    emit: (onnx, inputs, { depth, onValue = 1, offValue = 0 }, outputs) => {
      const input = at(inputs, 0);
      // A comparison runs several times as fast as ONNX Runtime's own operator.
      if (onValue === 1 && offValue === 0)
        return [onnx.oneHot(onnx.use(input), input.shape, depth, at(outputs, 0).dtype)];
      const values = [onnx.use(input), onnx.scalar(depth, 'int32'), onnx.vector([offValue, onValue])];
      return [onnx.cast(onnx.op('OneHot', values, { axis: -1 }), 'float32', at(outputs, 0).dtype)];
    },
  }),
  Transpose: kernel<{ perm: readonly number[] }>({
    infer: (inputs, { perm }) => {
      const { shape, dtype } = at(inputs, 0);
      return [{ shape: perm.map((axis) => shape[axis] ?? 1), dtype }];
    },
    emit: (onnx, inputs, { perm }) => {
      const x = onnx.use(at(inputs, 0));
      return [perm.every((axis, i) => axis === i) ? x : onnx.op('Transpose', [x], { perm })];
    },
  }),
  Tile: kernel<{ reps: readonly number[] }>({
    infer: (inputs, { reps }) => {
      const { shape, dtype } = at(inputs, 0);
      return [{ shape: shape.map((dim, i) => dim * (reps[i] ?? 1)), dtype }];
    },
    emit: (onnx, inputs, { reps }) => [onnx.op('Tile', [onnx.use(at(inputs, 0)), onnx.vector(reps, 'int64')])],
  }),
  Pack: kernel<{ axis: number }>({
    infer: (inputs, { axis }) => {
      const { shape, dtype } = at(inputs, 0);
      return [{ shape: inserted(shape, axis, inputs.length), dtype }];
    },
    emit: (onnx, inputs, { axis }) => [
      onnx.op(
        'Concat',
        inputs.map((input) => onnx.use(input, inserted(input.shape, axis, 1))),
        { axis },
      ),
    ],
  }),
  Unpack: kernel<{ axis: number }>({
    infer: (inputs, { axis }) => {
      const { shape, dtype } = at(inputs, 0);
      const along = axis < 0 ? axis + shape.length : axis;
      const part = { shape: shape.filter((_, i) => i !== along), dtype };
      return Array.from({ length: shape[along] ?? 0 }, () => part);
    },
    emit: (onnx, inputs, { axis }, outputs) => {
      const input = at(inputs, 0);
      const along = axis < 0 ? axis + input.shape.length : axis;
      const ones = onnx.vector(
        outputs.map(() => 1),
        'int64',
      );
      const parts = onnx.ops('Split', [onnx.use(input), ones], { axis: along }, outputs.length);
      const cut = input.shape.map((dim, i) => (i === along ? 1 : dim));
      return parts.map((part, i) => onnx.reshape(part, cut, at(outputs, i).shape));
    },
  }),
};

/** A shape with one more dimension; a negative axis counts from the end of the result. */
function inserted(shape: readonly number[], axis: number, dim: number): number[] {
  const along = axis < 0 ? axis + shape.length + 1 : axis;
  return [...shape.slice(0, along), dim, ...shape.slice(along)];
}

interface SliceAttributes {
  readonly begin: number | readonly number[];
  readonly size: number | readonly number[];
}

/** The part of each axis; a size of -1, or none given, means to the end. */
function sliceOf(shape: readonly number[], { begin, size }: SliceAttributes): { begin: number; size: number }[] {
  const begins = [begin].flat();
  const sizes = [size].flat();
  return shape.map((dim, axis) => {
    const from = begins[axis] ?? 0;
    const given = sizes[axis] ?? -1;
    return { begin: from, size: given === -1 && dim !== -1 ? dim - from : given };
  });
}
