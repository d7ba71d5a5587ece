import type { Codec } from '../columns/codec.js';
import type { Activation } from '../models/activation.js';
import { autoencoderReference, type SparsityPenalty } from '../models/autoencoder-reference.js';
import { inputsOf } from '../models/span.js';
import { type FitOptions, requireWhole, requireWithin, SMALL, settle } from './fit-options.js';
import { MOST_WIDTH } from './most-width.js';
import { ANY_SPAN, type NetworkOptions, networkConfig, requireActivation, requireLatent } from './network-options.js';
import type { Recipe } from './recipe.js';

/** Keep most activations small: `l1`, lambda * sum |a_i|; `kl`, lambda * sum_j KL(rho || rhoHat_j) over each batch. */
export type SparsityOptions =
  | { readonly kind: 'l1'; readonly weight?: number; readonly layer?: 'code' | number }
  | {
      readonly kind: 'kl';
      /** rho, the wanted mean activation, in (0, 1); default 0.05. */
      readonly target?: number;
      readonly weight?: number;
      readonly layer?: 'code' | number;
    };

/** Options of an autoencoder. */
export interface AutoencoderOptions extends FitOptions, NetworkOptions {
  /** Widths of the encoder's hidden layers, 16,384 at most, mirrored in the decoder; default none: one layer each way. */
  readonly layers?: readonly number[];
  /** Dimension of the code; default half of the inputs, 16 at most. */
  readonly latent?: number;
  /** The code's non-linearity; default `identity`, `sigmoid` with `kl` sparsity of the code, `relu` with `l1`. */
  readonly codeActivation?: Activation;
  /**
   * Penalty on the activations of the code, or of a hidden layer of the encoder (`layer`, from 0). `weight` is lambda, 0 or
   * more, default 1 for `kl` and 0.001 for `l1`.
   */
  readonly sparsity?: SparsityOptions;
}

/** Activations whose values can be probabilities. */
const PROBABILITIES: readonly Activation[] = ['sigmoid'];

/** Checks what can be checked before any record is seen. RangeError as `autoencoderRecipe`. */
export function checkAutoencoderOptions({ filters: _, ...options }: AutoencoderOptions): void {
  autoencoderRecipe(options, { spans: [ANY_SPAN] }, SMALL);
}

/** What to train for a codec of values. RangeError as `settle`, and where `kl` sparsity meets activations outside (0, 1). */
export function autoencoderRecipe(options: AutoencoderOptions, { spans }: Pick<Codec, 'spans'>, rows: number): Recipe {
  const inputs = spans.reduce((sum, span) => sum + inputsOf(span), 0);
  requireLatent(options.sparsity === undefined ? options.latent : undefined, spans);
  const latent = options.latent ?? Math.max(1, Math.min(16, Math.floor(inputs / 2)));
  requireWhole('latent', latent, 1);
  const { layers = [], activation = 'relu', sparsity } = options;
  for (const width of layers) requireWhole('layers', width, 1, MOST_WIDTH);
  const network = networkConfig({ hidden: layers, ...options }, spans, { dense: layers, convolutional: layers });
  const onCode = (sparsity?.layer ?? 'code') === 'code';
  const usual = onCode && sparsity?.kind === 'kl' ? 'sigmoid' : onCode && sparsity?.kind === 'l1' ? 'relu' : 'identity';
  const codeActivation = options.codeActivation ?? usual;
  requireActivation('codeActivation', codeActivation);
  const penalty =
    sparsity === undefined ? undefined : settleSparsity(sparsity, layers.length, activation, codeActivation);
  const parts = { latent, codeActivation, network, ...(penalty === undefined ? {} : { sparsity: penalty }) };
  return {
    model: autoencoderReference({ spans, ...parts }),
    network: { kind: 'autoencoder', ...parts },
    settings: settle(options, rows, 0),
  };
}

function settleSparsity(
  sparsity: SparsityOptions,
  layers: number,
  activation: Activation,
  codeActivation: Activation,
): SparsityPenalty {
  const { weight = sparsity.kind === 'kl' ? 1 : 0.001, layer = 'code' } = sparsity;
  requireWithin('the weight of sparsity', weight, 0, 1e6);
  if (layer !== 'code' && !(Number.isInteger(layer) && layer >= 0 && layer < layers)) {
    throw new RangeError(
      `Expected the layer of sparsity to be 'code' or below ${layers} (hidden layers), got ${layer}`,
    );
  }
  if (sparsity.kind === 'l1') return { kind: 'l1', weight, layer };
  const { target = 0.05 } = sparsity;
  if (!(target > 0 && target < 1)) {
    throw new RangeError(`Expected the target of sparsity to be a probability in (0, 1), got ${target}`);
  }
  const range = layer === 'code' ? codeActivation : activation;
  if (!PROBABILITIES.includes(range)) {
    throw new RangeError(
      `Expected activations that can be probabilities for kl sparsity (${PROBABILITIES.join(', ')}), got ${range}`,
    );
  }
  return { kind: 'kl', target, weight, layer };
}
