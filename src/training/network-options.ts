import type { Activation } from '../models/activation.js';
import type { NetworkConfig } from '../models/network-config.js';
import { inputsOf, type Span } from '../models/span.js';
import { valueText } from '../value-text.js';
import { requireWhole } from './fit-options.js';
import { MOST_WIDTH } from './most-width.js';

/** A network of the user's: a module, and the function in it that makes encoder and decoder (see `OwnNetwork` in `rx-augment/tensorflow`). */
export interface OwnNetworkOptions {
  /** URL or absolute path of the module, such as `new URL('./my-network.js', import.meta.url)`: it is loaded in another thread. */
  readonly module: URL | string;
  /** Name of the function that the module exports. */
  readonly factory: string;
  /** Handed to the function; must be structured-cloneable. */
  readonly config?: unknown;
}

/** Options that shape the network of an autoencoder. */
export interface NetworkOptions {
  /** Widths of the encoder's hidden layers, 16,384 at most; the decoder has them in reverse. One number: two layers of that width. */
  readonly hidden?: number | readonly number[];
  /** Non-linearity of the hidden layers; default `relu`. */
  readonly activation?: Activation;
  /**
   * Channels after each convolution over image columns; default [32, 64] where the table has an image that can be halved
   * twice, [] (dense layers) elsewhere.
   */
  readonly filters?: readonly number[];
  /** Height and width of the convolutions' kernels; default 3. */
  readonly kernelSize?: number;
  /** Step of each convolution; default 2. */
  readonly stride?: number;
  /** An encoder and decoder of your own instead of all of the above. */
  readonly network?: OwnNetworkOptions;
}

/** A column wide enough for any latent space: stands for the columns while there are none yet. */
export const ANY_SPAN: Span = { name: '', likelihood: 'categorical', width: Number.MAX_SAFE_INTEGER };

const ACTIVATIONS: readonly Activation[] = ['relu', 'tanh', 'sigmoid', 'elu', 'softplus', 'identity'];

/**
 * The network that the options describe for records of the spans; `hidden` is the default. RangeError where widths are not
 * whole numbers, an activation is unknown, or an image cannot be divided by the strides; TypeError where a network of the
 * user's cannot be handed to another thread.
 */
export function networkConfig(
  options: NetworkOptions,
  spans: readonly Span[],
  hidden: { readonly dense: readonly number[]; readonly convolutional: readonly number[] },
): NetworkConfig {
  const own = options.network;
  if (own !== undefined) {
    requireOwn(own);
    const place = { kind: 'own', module: String(own.module), factory: own.factory } as const;
    return own.config === undefined ? place : { ...place, config: own.config };
  }
  const { activation = 'relu', kernelSize = 3, stride = 2 } = options;
  requireActivation('activation', activation);
  requireWhole('kernelSize', kernelSize, 1);
  requireWhole('stride', stride, 1);
  const images = spans.filter(({ shape }) => shape !== undefined);
  const filters =
    options.filters ?? (images.length > 0 && images.every((image) => fits(image, stride, 2)) ? [32, 64] : []);
  for (const count of filters) requireWhole('filters', count, 1);
  const widths = typeof options.hidden === 'number' ? [options.hidden, options.hidden] : options.hidden;
  for (const width of widths ?? []) requireWhole('hidden', width, 1, MOST_WIDTH);
  if (filters.length === 0) return { kind: 'dense', hidden: widths ?? hidden.dense, activation };
  if (images.length === 0) throw new RangeError('Expected an image column for `filters`, got none');
  const unfit = images.find((image) => !fits(image, stride, filters.length));
  if (unfit !== undefined) {
    throw new RangeError(
      `Expected the height and width of \`${unfit.name}\` to be multiples of ${stride ** filters.length} ` +
        `(${filters.length} convolutions of stride ${stride}), got ${unfit.shape?.slice(0, 2).join(' x ')}`,
    );
  }
  return { kind: 'convolutional', filters, kernelSize, stride, hidden: widths ?? hidden.convolutional, activation };
}

function requireOwn({ module, factory, config }: OwnNetworkOptions): void {
  if (typeof module !== 'string' && !(module instanceof URL))
    throw new TypeError(`Expected the URL or path of a module as \`network.module\`, got ${valueText(module)}`);
  if (typeof factory !== 'string')
    throw new TypeError(`Expected the name of a function as \`network.factory\`, got ${valueText(factory)}`);
  if (/^\.{1,2}\//.test(String(module))) {
    throw new TypeError(
      `Expected the URL of a module, such as new URL('${module}', import.meta.url), got a relative path`,
    );
  }
  try {
    structuredClone(config);
  } catch (cause) {
    throw new TypeError(`Expected a config that can be cloned, got: ${(cause as Error).message}`, { cause });
  }
}

/** RangeError unless a word names an activation. */
export function requireActivation(name: string, activation: string): void {
  if (!ACTIVATIONS.includes(activation as Activation)) {
    throw new RangeError(`Expected ${name} to be one of ${ACTIVATIONS.join(', ')}, got ${activation}`);
  }
}

/** RangeError where a latent space that was asked for is larger than what enters the network. */
export function requireLatent(latent: number | undefined, spans: readonly Span[]): void {
  if (latent === undefined) return;
  requireWhole('latent', latent, 1);
  const inputs = spans.reduce((sum, span) => sum + inputsOf(span), 0);
  if (latent > inputs) throw new RangeError(`Expected latent to be at most the ${inputs} inputs, got ${latent}`);
}

function fits({ shape = [] }: Span, stride: number, convolutions: number): boolean {
  const divisor = stride ** convolutions;
  return shape.slice(0, 2).every((size) => size % divisor === 0);
}
