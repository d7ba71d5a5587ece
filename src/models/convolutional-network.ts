import type { Tensors } from './model.js';
import type { Network } from './network.js';
import type { ConvolutionalNetworkConfig, ImagePlace, NetworkWidths } from './network-config.js';
import { activate, denseLayers, denseParameters } from './networks.js';
import type { ParameterSpec } from './parameter-spec.js';
import { tf } from './tensorflow.js';

/**
 * Strided convolutions ('same' padding) over each image, then dense layers over what they give and whatever is not an image.
 * The decoder makes each image by one dense layer and transposed convolutions from the latent itself, the last with stride
 * 1; everything else by dense layers in reverse. Heights and widths must be multiples of stride ** filters.length.
 */
export function convolutionalNetwork(config: ConvolutionalNetworkConfig, widths: NetworkWidths): Network {
  const { filters, kernelSize, stride, hidden, activation } = config;
  const { images } = widths;
  const deepest = filters.at(-1) ?? 1;
  const grids = images.map(({ shape: [height, width] }) => {
    const scale = stride ** filters.length;
    return [height / scale, width / scale] as const;
  });
  const flatWidth = grids.reduce((sum, [height, width]) => sum + height * width * deepest, 0);
  const imageWidth = images.reduce((sum, { shape: [height, width, channels] }) => sum + height * width * channels, 0);
  const others = { input: widths.inputWidth - imageWidth, output: widths.outputWidth - imageWidth };
  const up = [...filters].reverse();
  const parameters: Record<string, ParameterSpec> = {
    ...denseParameters('encoder', [flatWidth + others.input, ...hidden, widths.encodedWidth]),
    ...(others.output === 0
      ? {}
      : denseParameters('decoder', [widths.latent, ...[...hidden].reverse(), others.output])),
  };
  images.forEach(({ shape: [, , channels] }, i) => {
    const [height, width] = grids[i] as readonly [number, number];
    const down = [channels, ...filters];
    filters.forEach((_, layer) => {
      const [from, to] = [down[layer] as number, down[layer + 1] as number];
      Object.assign(parameters, kernel(`encoder.image.${i}.${layer}`, kernelSize, from, to));
    });
    Object.assign(parameters, denseParameters(`decoder.image.${i}.grid`, [widths.latent, height * width * deepest]));
    up.forEach((filter, layer) => {
      Object.assign(
        parameters,
        kernel(`decoder.image.${i}.${layer}`, kernelSize, up[layer - 1] ?? deepest, filter, true),
      );
    });
    Object.assign(parameters, kernel(`decoder.image.${i}.last`, kernelSize, up.at(-1) ?? deepest, channels, true));
  });

  // Each weight of a kernel is used once a place of the smaller of the images that it stands between.
  const places = (name: string) => {
    const [, , i = '', layer = ''] = name.split('.');
    const [height, width] = grids[Number(i)] ?? [1, 1];
    const scale =
      layer === 'last'
        ? filters.length
        : name.startsWith('encoder')
          ? filters.length - 1 - Number(layer)
          : Number(layer);
    return height * width * stride ** (2 * scale);
  };
  const multiplications = Object.entries(parameters).reduce((sum, [name, { shape }]) => {
    const weights = shape.reduce((product, dim) => product * dim, 1);
    return sum + weights * (shape.length === 4 ? places(name) : 1);
  }, 0);

  const convolved = (p: Tensors, image: tf.Tensor2D, i: number): tf.Tensor2D => {
    const { shape } = images[i] as ImagePlace;
    const rows = image.shape[0];
    let out = tf.reshape(image, [rows, ...shape]) as tf.Tensor4D;
    filters.forEach((_, layer) => {
      const name = `encoder.image.${i}.${layer}`;
      const sums = tf.conv2d(out, p[`${name}.kernel`] as tf.Tensor4D, stride, 'same');
      out = activate(tf.add(sums, p[`${name}.bias`] as tf.Tensor1D) as tf.Tensor4D, activation);
    });
    return tf.reshape(out, [rows, out.size / rows]);
  };
  const unfolded = (p: Tensors, latent: tf.Tensor2D, i: number): tf.Tensor2D => {
    const { shape } = images[i] as ImagePlace;
    const [height, width] = grids[i] as readonly [number, number];
    const rows = latent.shape[0];
    const [grid] = denseLayers(p, `decoder.image.${i}.grid`, latent, activation);
    let out = activate(tf.reshape(grid as tf.Tensor2D, [rows, height, width, deepest]) as tf.Tensor4D, activation);
    const step = (name: string, factor: number) => {
      const weights = p[`${name}.kernel`] as tf.Tensor4D;
      const [, outHeight = 0, outWidth = 0] = out.shape;
      const target: [number, number, number, number] = [rows, outHeight * factor, outWidth * factor, weights.shape[2]];
      const sums = tf.conv2dTranspose(out, weights, target, factor, 'same');
      return tf.add(sums, p[`${name}.bias`] as tf.Tensor1D) as tf.Tensor4D;
    };
    up.forEach((_, layer) => {
      out = activate(step(`decoder.image.${i}.${layer}`, stride), activation);
    });
    return tf.reshape(step(`decoder.image.${i}.last`, 1), [rows, shape[0] * shape[1] * shape[2]]);
  };

  return {
    parameters,
    multiplications,
    encode(p, inputs) {
      const { ofImages, rest } = divide(inputs, images, 'inputOffset');
      const flat = [...ofImages.map((image, i) => convolved(p, image, i)), ...rest];
      const layers = denseLayers(
        p,
        'encoder',
        flat.length === 1 ? (flat[0] as tf.Tensor2D) : tf.concat(flat, 1),
        activation,
      );
      return {
        hidden: layers.slice(0, -1).map((layer) => activate(layer, activation)),
        output: layers.at(-1) as tf.Tensor2D,
      };
    },
    decode(p, latent) {
      const made = images.map((_, i) => unfolded(p, latent, i));
      const rest = others.output === 0 ? undefined : denseLayers(p, 'decoder', latent, activation).at(-1);
      return assemble(made, rest, images);
    },
  };
}

/** A kernel and a bias; of a transposed convolution the kernel is [size, size, to, from]. Starts as Glorot and Bengio (2010). */
function kernel(
  name: string,
  size: number,
  from: number,
  to: number,
  transposed = false,
): Record<string, ParameterSpec> {
  const limit = Math.sqrt(6 / (size * size * (from + to)));
  return {
    [`${name}.kernel`]: { shape: [size, size, ...(transposed ? [to, from] : [from, to])], limit },
    [`${name}.bias`]: { shape: [to], limit: 0 },
  };
}

/** The images among the columns, and the runs of columns between them. */
function divide(
  x: tf.Tensor2D,
  images: readonly ImagePlace[],
  offset: 'inputOffset' | 'outputOffset',
): { readonly ofImages: tf.Tensor2D[]; readonly rest: tf.Tensor2D[] } {
  const [ofImages, rest]: [tf.Tensor2D[], tf.Tensor2D[]] = [[], []];
  let at = 0;
  const take = (from: number, width: number) => tf.slice(x, [0, from], [x.shape[0], width]);
  for (const image of images) {
    const size = image.shape[0] * image.shape[1] * image.shape[2];
    if (image[offset] > at) rest.push(take(at, image[offset] - at));
    ofImages.push(size === x.shape[1] ? x : take(image[offset], size));
    at = image[offset] + size;
  }
  if (at < x.shape[1]) rest.push(take(at, x.shape[1] - at));
  return { ofImages, rest };
}

/** Puts images back among the other columns. */
function assemble(
  made: readonly tf.Tensor2D[],
  rest: tf.Tensor2D | undefined,
  images: readonly ImagePlace[],
): tf.Tensor2D {
  if (rest === undefined) return made.length === 1 ? (made[0] as tf.Tensor2D) : tf.concat([...made], 1);
  const parts: tf.Tensor2D[] = [];
  let [at, taken] = [0, 0];
  const take = (width: number) => {
    if (width > 0) parts.push(tf.slice(rest, [0, taken], [rest.shape[0], width]));
    taken += width;
  };
  images.forEach(({ outputOffset, shape }, i) => {
    take(outputOffset - at);
    parts.push(made[i] as tf.Tensor2D);
    at = outputOffset + shape[0] * shape[1] * shape[2];
  });
  take(rest.shape[1] - taken);
  return tf.concat(parts, 1);
}
