import { tf } from '../../models/tensorflow.js';
import type { OnnxBuilder } from '../onnx-builder.js';
import type { TracedUse } from '../traced-graph.js';
import { at, type Kernel, kernel } from './kernel.js';

/** [batch, height, width, channels], as TensorFlow.js has images. */
type ImageShape = [number, number, number, number];

interface ConvolutionAttributes {
  readonly strides: number | [number, number];
  readonly pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
  readonly dilations?: number | [number, number];
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/** ONNX has channels before the rows of an image. */
const CHANNELS_FIRST = [0, 3, 1, 2];
const CHANNELS_LAST = [0, 2, 3, 1];
/** [height, width, from, to] -> [to, from, height, width] */
const FILTER_FIRST = [3, 2, 0, 1];

/**
 * Convolutions over images. Forward, and towards the input, as ONNX's `Conv` and `ConvTranspose` (whose transpositions ONNX
 * Runtime cancels against one another); towards the filter as one matrix product of the patches with the gradient, which
 * runs up to twice as fast as a convolution with the batch as channels.
 */
export const convolutionKernels: Readonly<Record<string, Kernel>> = {
  Conv2D: kernel<ConvolutionAttributes>({
    infer: (inputs, attributes) => {
      const [x, filter] = [at(inputs, 0), at(inputs, 1)];
      return [{ shape: geometry(x.shape, filter.shape, attributes).outShape, dtype: x.dtype }];
    },
    emit: (onnx, inputs, attributes) => {
      const [x, filter] = [at(inputs, 0), at(inputs, 1)];
      const info = geometry(x.shape, filter.shape, attributes);
      const image = onnx.op('Transpose', [onnx.use(x)], { perm: CHANNELS_FIRST });
      const sums = onnx.op('Conv', [image, transposedFilter(onnx, filter)], {
        strides: [info.strideHeight, info.strideWidth],
        pads: padsOf(info),
        dilations: [info.dilationHeight, info.dilationWidth],
      });
      return [onnx.op('Transpose', [sums], { perm: CHANNELS_LAST })];
    },
  }),
  Conv2DBackpropInput: kernel<ConvolutionAttributes & { inputShape: ImageShape }>({
    infer: (inputs, { inputShape }) => [{ shape: inputShape, dtype: at(inputs, 0).dtype }],
    emit: (onnx, inputs, attributes) => {
      const [dy, filter] = [at(inputs, 0), at(inputs, 1)];
      const info = geometry(attributes.inputShape, filter.shape, attributes);
      const { top, bottom, left, right } = info.padInfo;
      const gradient = onnx.op('Transpose', [onnx.use(dy)], { perm: CHANNELS_FIRST });
      const sums = onnx.op('ConvTranspose', [gradient, transposedFilter(onnx, filter)], {
        strides: [info.strideHeight, info.strideWidth],
        pads: padsOf(info),
        // What the strides do not reach gets nothing.
        output_padding: [
          info.inHeight - ((info.outHeight - 1) * info.strideHeight + info.filterHeight - top - bottom),
          info.inWidth - ((info.outWidth - 1) * info.strideWidth + info.filterWidth - left - right),
        ],
      });
      return [onnx.op('Transpose', [sums], { perm: CHANNELS_LAST })];
    },
  }),
  Conv2DBackpropFilter: kernel<ConvolutionAttributes & { filterShape: ImageShape }>({
    infer: (inputs, { filterShape }) => [{ shape: filterShape, dtype: at(inputs, 0).dtype }],
    emit: (onnx, inputs, attributes) => {
      const [x, dy] = [at(inputs, 0), at(inputs, 1)];
      const { filterShape } = attributes;
      const info = geometry(x.shape, filterShape, attributes);
      const rows = info.batchSize * info.outHeight * info.outWidth;
      const width = info.filterHeight * info.filterWidth * info.inChannels;
      const patches = onnx.reshape(patchesOf(onnx, x, info), [], [rows, width]);
      const gradient = onnx.use(dy, [rows, info.outChannels]);
      const sums = onnx.op('Gemm', [patches, gradient], { transA: 1, transB: 0 });
      return [onnx.reshape(sums, [width, info.outChannels], filterShape)];
    },
  }),
};

function geometry(
  image: readonly number[],
  filter: readonly number[],
  { strides, pad, dilations = 1, dimRoundingMode }: ConvolutionAttributes,
): tf.backend_util.Conv2DInfo {
  return tf.backend_util.computeConv2DInfo(
    image as tf.Tensor4D['shape'],
    filter as tf.Tensor4D['shape'],
    strides,
    dilations,
    pad,
    dimRoundingMode,
  );
}

function padsOf({ padInfo: { top, left, bottom, right } }: tf.backend_util.Conv2DInfo): number[] {
  return [top, left, bottom, right];
}

function transposedFilter(onnx: OnnxBuilder, filter: TracedUse): string {
  return onnx.op('Transpose', [onnx.use(filter)], { perm: FILTER_FIRST });
}

/** What the filter sees at each place, [batch, outHeight, outWidth, filterHeight * filterWidth * inChannels]. */
function patchesOf(onnx: OnnxBuilder, x: TracedUse, info: tf.backend_util.Conv2DInfo): string {
  const { top, bottom, left, right } = info.padInfo;
  const pads = onnx.vector([0, top, left, 0, 0, bottom, right, 0], 'int64');
  const padded = top + bottom + left + right === 0 ? onnx.use(x) : onnx.op('Pad', [onnx.use(x), pads]);
  const axes = onnx.vector([1, 2], 'int64');
  const steps = onnx.vector([info.strideHeight, info.strideWidth], 'int64');
  const parts: string[] = [];
  for (let i = 0; i < info.filterHeight; i += 1) {
    for (let j = 0; j < info.filterWidth; j += 1) {
      const ends = [i + (info.outHeight - 1) * info.strideHeight + 1, j + (info.outWidth - 1) * info.strideWidth + 1];
      parts.push(onnx.op('Slice', [padded, onnx.vector([i, j], 'int64'), onnx.vector(ends, 'int64'), axes, steps]));
    }
  }
  return parts.length === 1 ? (parts[0] as string) : onnx.op('Concat', parts, { axis: 3 });
}
