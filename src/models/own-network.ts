import type { Tensors } from './model.js';
import type { Network } from './network.js';
import type { NetworkWidths, OwnNetworkConfig } from './network-config.js';
import type { ParameterSpec } from './parameter-spec.js';
import { tf } from './tensorflow.js';

/**
 * Encoder and decoder as pure TensorFlow.js functions. The encoder takes inputs [rows, inputWidth] and gives
 * [rows, encodedWidth]; the decoder takes latents [rows, latent] and gives [rows, outputWidth], linear (logits, means).
 */
export interface NetworkFunctions {
  /** What is trained, by name. */
  readonly parameters: Readonly<Record<string, ParameterSpec>>;
  /** inputs [rows, inputWidth] -> [rows, encodedWidth] */
  encoder(parameters: Tensors, inputs: tf.Tensor2D): tf.Tensor;
  /** latent [rows, latent] -> [rows, outputWidth] */
  decoder(parameters: Tensors, latent: tf.Tensor2D): tf.Tensor;
}

/** Encoder and decoder as TensorFlow.js layers models of one input and one output; they start from the weights they have. */
export interface NetworkLayers {
  /** [inputWidth] -> [encodedWidth] */
  readonly encoder: tf.LayersModel;
  /** [latent] -> [outputWidth] */
  readonly decoder: tf.LayersModel;
}

/** What the function that an `OwnNetworkConfig` names returns, itself or as a promise. */
export type OwnNetwork = NetworkFunctions | NetworkLayers;

/** Loads a network of the user's. Rejects with a TypeError for anything else than an `OwnNetwork`, a RangeError for other widths. */
export async function ownNetwork(own: OwnNetworkConfig, widths: NetworkWidths): Promise<Network> {
  const exported = (await import(own.module)) as Record<string, unknown>;
  const build = exported[own.factory];
  if (typeof build !== 'function') {
    throw new TypeError(`Expected ${own.module} to export a function \`${own.factory}\`, got ${typeof build}`);
  }
  const network = (await build(widths, own.config)) as OwnNetwork | undefined;
  const isLayers = network?.encoder instanceof tf.LayersModel && network.decoder instanceof tf.LayersModel;
  if (!isLayers && (typeof network?.encoder !== 'function' || typeof network.decoder !== 'function')) {
    throw new TypeError(`Expected \`${own.factory}\` to give an encoder and a decoder, got ${typeof network}`);
  }
  const functions = isLayers ? ofLayers(network as NetworkLayers) : (network as NetworkFunctions);
  const checked = (what: string, given: tf.Tensor, rows: number, width: number): tf.Tensor2D => {
    if (given.size !== rows * width) {
      throw new RangeError(`Expected the ${what} to give [${rows}, ${width}], got [${given.shape.join(', ')}]`);
    }
    return tf.reshape(given, [rows, width]);
  };
  return {
    parameters: functions.parameters,
    encode(parameters, inputs) {
      const output = functions.encoder(parameters, inputs);
      return { hidden: [], output: checked('encoder', output, inputs.shape[0], widths.encodedWidth) };
    },
    decode: (parameters, latent) =>
      checked('decoder', functions.decoder(parameters, latent), latent.shape[0], widths.outputWidth),
  };
}

function ofLayers({ encoder, decoder }: NetworkLayers): NetworkFunctions {
  return {
    parameters: { ...specsOf('encoder', encoder), ...specsOf('decoder', decoder) },
    encoder: (parameters, inputs) => apply('encoder', encoder, parameters, inputs),
    decoder: (parameters, latent) => apply('decoder', decoder, parameters, latent),
  };
}

function specsOf(name: string, model: tf.LayersModel): Record<string, ParameterSpec> {
  const specs = model.trainableWeights.map((weight, i): [string, ParameterSpec] => {
    const value = weight.read();
    return [
      `${name}.${i}.${weight.originalName}`,
      { shape: value.shape, limit: 0, initial: Float32Array.from(value.dataSync()) },
    ];
  });
  return Object.fromEntries(specs);
}

/** Calls a layers model with other weights than its own: they take the place of its variables for the time of the call. */
function apply(name: string, model: tf.LayersModel, parameters: Tensors, x: tf.Tensor2D): tf.Tensor {
  const weights = model.trainableWeights as unknown as { val: unknown; originalName: string }[];
  const own = weights.map(({ val }) => val);
  try {
    weights.forEach((weight, i) => {
      weight.val = parameters[`${name}.${i}.${weight.originalName}`];
    });
    const [, ...shape] = model.inputs[0]?.shape ?? [];
    return model.apply(tf.reshape(x, [x.shape[0], ...(shape as number[])])) as tf.Tensor;
  } finally {
    weights.forEach((weight, i) => {
      weight.val = own[i];
    });
  }
}
