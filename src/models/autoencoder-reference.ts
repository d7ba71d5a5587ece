import type { Activation } from './activation.js';
import type { ModelReference } from './model-reference.js';
import type { NetworkConfig } from './network-config.js';
import type { Span } from './span.js';

/** A penalty on the activations of a layer: `l1`, or `kl`, the divergence from a wanted mean activation. */
export type SparsityPenalty = (
  | {
      readonly kind: 'l1';
    }
  | {
      readonly kind: 'kl';
      /** rho, the wanted mean activation of each unit, in (0, 1). */
      readonly target: number;
    }
) & {
  /** lambda, the penalty's weight in the loss, 0 or more. */
  readonly weight: number;
  /** Which activations: the code's, or those of a hidden layer of the encoder, from 0. */
  readonly layer: 'code' | number;
};

/** What an autoencoder is built from. */
export interface AutoencoderConfig {
  readonly spans: readonly Span[];
  readonly network: NetworkConfig;
  /** Dimension of the code. */
  readonly latent: number;
  /** The code's non-linearity. */
  readonly codeActivation: Activation;
  readonly sparsity?: SparsityPenalty;
}

/** A reference to `autoencoder` with the given configuration; in a file of its own as that of `tableVae`. */
export function autoencoderReference(config: AutoencoderConfig): ModelReference {
  return { module: new URL('./autoencoder.js', import.meta.url).href, factory: 'autoencoder', config };
}
